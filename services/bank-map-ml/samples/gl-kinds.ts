import { type LineKind } from './transaction.js';

/** A kind of line for one G/L account: the other party, the texts and the range of amounts. */
export interface GlKind {
  account: string;
  kind: LineKind;
  isCredit: boolean;
  share: number;
  /** The other party: one of many, or a fixed office or bank. */
  with: 'employee' | 'merchant' | 'stranger' | { name: string };
  texts: readonly string[];
  money: readonly [min: number, max: number];
}

const TAX_OFFICE = { name: 'Valstybinė mokesčių inspekcija' };
const BANK = { name: 'AB SEB bankas' };
const CARD = [
  'PIRKINYS 5{d}{d}{d}******{d}{d}{d}{d} {date} {who}',
  'POS {who} {date} kortelė ...{d}{d}{d}{d}',
  '{who} {date}',
];

type Rest = Pick<GlKind, 'share' | 'with' | 'texts' | 'money'>;
const out = (account: string, kind: LineKind, rest: Rest): GlKind => ({ account, kind, isCredit: false, ...rest });
const into = (account: string, kind: LineKind, rest: Rest): GlKind => ({ account, kind, isCredit: true, ...rest });
const card = (account: string, share: number): GlKind =>
  out(account, 'card', { share, with: 'merchant', texts: CARD, money: [3, 300] });

/** All kinds; the shares need not add up to 100. */
export const GL_KINDS: readonly GlKind[] = [
  out('Mokėtinas darbo užmokestis', 'salary', {
    share: 22,
    with: 'employee',
    texts: ['Darbo užmokestis už {month}', 'Atlyginimas {ym}', 'Darbo užmokestis', 'DU {ym}', 'Avansas už {month}'],
    money: [600, 4_000],
  }),
  out('Komandiruočių sąnaudos', 'other', {
    share: 4,
    with: 'employee',
    texts: ['Komandiruotės išlaidos {date}', 'Dienpinigiai', 'Avanso apyskaita Nr. {d}{d}{d}'],
    money: [20, 900],
  }),
  out('Banko paslaugos', 'fee', {
    share: 18,
    with: BANK,
    texts: [
      'Mokestis už mokėjimą {date} {d}{d}{d}{d}{d}{d}',
      'Paslaugų plano mokestis',
      'Komisinis mokestis',
      'Bank fee {ym}',
    ],
    money: [0.2, 40],
  }),
  into('Palūkanų pajamos', 'other', { share: 1, with: BANK, texts: ['Palūkanos už likutį {ym}'], money: [0.1, 90] }),
  out('Paskolų palūkanos', 'other', {
    share: 2,
    with: BANK,
    texts: ['Palūkanos pagal sutartį Nr. 20{d}{d}/{d}{d}', 'Loan interest {ym}'],
    money: [50, 2_000],
  }),
  out('Ilgalaikės paskolos', 'other', {
    share: 1,
    with: BANK,
    texts: ['Paskolos grąžinimas pagal sutartį Nr. 20{d}{d}/{d}{d}'],
    money: [500, 9_000],
  }),
  out('Mokėtinos socialinio draudimo įmokos', 'tax', {
    share: 3,
    with: { name: 'Valstybinio socialinio draudimo fondo valdyba' },
    texts: ['Valstybinio socialinio draudimo įmokos, įmokos kodas 252', 'VSD įmokos už {month}'],
    money: [200, 30_000],
  }),
  out('Mokėtinas gyventojų pajamų mokestis', 'tax', {
    share: 3,
    with: TAX_OFFICE,
    texts: ['Gyventojų pajamų mokestis, įmokos kodas 1311', 'GPM {ym} kodas 1311', 'Mokesčiai'],
    money: [200, 20_000],
  }),
  out('Mokėtinas PVM', 'tax', {
    share: 2,
    with: TAX_OFFICE,
    texts: ['Pridėtinės vertės mokestis už {month} kodas 1001', 'PVM {ym}', 'Mokesčiai'],
    money: [500, 40_000],
  }),
  into('Gautinas PVM', 'tax', {
    share: 1,
    with: TAX_OFFICE,
    texts: ['Mokesčio permokos grąžinimas', 'PVM grąžinimas'],
    money: [500, 40_000],
  }),
  out('Mokėtinas pelno mokestis', 'tax', {
    share: 1,
    with: TAX_OFFICE,
    texts: ['Pelno mokestis kodas 1430', 'Mokesčiai'],
    money: [500, 9_000],
  }),
  out('Muito sąnaudos', 'tax', {
    share: 2,
    with: { name: 'Muitinės departamentas prie LR FM' },
    texts: ['Importo muitas MRN 26LT{d}{d}{d}{d}{d}{d}{d}{d}', 'Muito įmoka {date}'],
    money: [20, 4_000],
  }),
  card('Degalų sąnaudos', 9),
  card('Automobilių stovėjimas', 4),
  card('Kelionės ir viešbučiai', 3),
  card('Reprezentacinės sąnaudos', 4),
  card('Kanceliarinės prekės', 3),
  card('Programinė įranga', 3),
  into('Pinigai kelyje', 'other', {
    share: 6,
    with: BANK,
    texts: ['Kortelių operacijos {date} terminalas {d}{d}{d}{d}{d}{d}{d}{d}', 'POS settlement {date}'],
    money: [50, 6_000],
  }),
  out('Kasa', 'other', {
    share: 2,
    with: BANK,
    texts: ['Grynųjų pinigų išėmimas {date}', 'ATM {date} VILNIUS'],
    money: [20, 1_000],
  }),
  into('Kasa', 'other', {
    share: 2,
    with: BANK,
    texts: ['Grynųjų pinigų įnešimas {date}', 'Inkasacija {date}'],
    money: [100, 5_000],
  }),
  out('Išskaitos iš darbo užmokesčio', 'other', {
    share: 2,
    with: { name: 'Antstolių rūmai depozitinė sąskaita' },
    texts: ['Vykdomoji byla Nr. 0{d}{d}/{d}{d}/{d}{d}{d}{d}{d}'],
    money: [30, 500],
  }),
  into('Neaiškios įplaukos', 'unexplained', {
    share: 4,
    with: 'stranger',
    texts: ['Mokėjimas', 'Pervedimas', 'už paslaugas', ''],
    money: [10, 900],
  }),
];

/** Accounts to which no line is mapped; they are additional candidates. */
export const OTHER_ACCOUNTS: readonly string[] = [
  ...['Nuomos sąnaudos', 'Ryšio paslaugos', 'Reklamos sąnaudos', 'Remonto sąnaudos', 'Draudimo sąnaudos'],
  ...['Transporto paslaugos', 'Žaliavos', 'Prekės, skirtos perparduoti', 'Pardavimo pajamos', 'Paslaugų pajamos'],
  ...['Nusidėvėjimo sąnaudos', 'Pastatai', 'Įrenginiai', 'Nematerialusis turtas', 'Atidėjiniai', 'Įstatinis kapitalas'],
  ...['Privalomasis rezervas', 'Sukauptos sąnaudos', 'Ateinančių laikotarpių sąnaudos', 'Baudos ir delspinigiai'],
  ...['Valiutos kursų skirtumai', 'Parama ir labdara', 'Mokymai', 'Teisinės paslaugos', 'Audito paslaugos'],
];
/** Suffixes for more account names. */
export const DEPARTMENTS: readonly string[] = [
  'Vilnius',
  'Kaunas',
  'Klaipėda',
  'Gamyba',
  'Pardavimai',
  'Administracija',
  'Ryga',
  'IT',
];
