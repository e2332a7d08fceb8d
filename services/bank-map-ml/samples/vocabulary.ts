import { type Country } from './iban.js';

export type Language = 'lt' | 'lv' | 'en';

/** A legal form: abbreviation, full name, and frequency. */
interface LegalForm {
  short: string;
  long: string;
  share: number;
}

interface Words {
  countries: readonly Country[];
  forms: readonly LegalForm[];
  /** First words of company names, and trades. */
  first: readonly string[];
  trade: readonly string[];
  givenNames: readonly string[];
  familyStems: readonly string[];
  familyEndings: readonly string[];
}

const list = (text: string): readonly string[] => text.trim().split(/\s*,\s*/);
const form = (short: string, long: string, share: number): LegalForm => ({ short, long, share });

/** Vocabulary by language. */
export const WORDS: Readonly<Record<Language, Words>> = {
  lt: {
    countries: ['LT', 'LT', 'LT', 'LT', 'LT', 'LV', 'EE'],
    forms: [
      form('UAB', 'Uždaroji akcinė bendrovė', 70),
      form('MB', 'Mažoji bendrija', 12),
      form('AB', 'Akcinė bendrovė', 6),
      form('VšĮ', 'Viešoji įstaiga', 7),
      form('IĮ', 'Individuali įmonė', 5),
    ],
    first: list(`Baltijos, Vilniaus, Kauno, Klaipėdos, Šiaulių, Panevėžio, Žemaitijos, Aukštaitijos, Dzūkijos, Nemuno,
      Neries, Pajūrio, Žaliasis, Senasis, Naujasis, Auksinis, Šiaurės, Pietų, Rytų, Vakarų, Lietuvos, Europos, Ąžuolo,
      Beržų, Pušyno, Gintaro, Saulės, Žvaigždės, Vėtrungės, Mūsų, Jūsų, Greitoji, Švari, Tvirtas, Geras, Miško`),
    trade:
      list(`mediena, statyba, prekyba, transportas, logistika, baldai, technika, šiluma, langai, stogai, durys, duona,
      pieninė, mėsa, žuvis, vaistinė, klinika, spauda, reklama, konsultacijos, auditas, apsauga, energetika, elektra,
      metalas, plienas, dažai, chemija, plastikas, tekstilė, siuvykla, autoservisas, ratai, detalės, keliai, tiltai,
      sodas, gėlės, grūdai, namai, investicijos, nuoma, draudimas, mokykla, sprendimai, sistemos, kompiuteriai, žaislai`),
    givenNames: list(`Jonas, Petras, Antanas, Tomas, Mindaugas, Darius, Gintaras, Rimantas, Vytautas, Saulius, Andrius,
      Ona, Rūta, Jurgita, Živilė, Daiva, Lina, Eglė, Ieva, Gabija, Kristina, Rasa, Asta, Jūratė, Šarūnas, Žygimantas`),
    familyStems:
      list(`Kazlausk, Petrausk, Jankausk, Žukausk, Paulausk, Kavaliausk, Ramanausk, Vasiliausk, Baranausk, Sadausk,
      Urbon, Butk, Navick, Stankevič, Adomait, Žilinsk, Bagdon, Grig, Mažeik, Vaitk, Šern, Čepait, Bielsk, Rimk, Šimk,
      Juškait, Balčiūn, Lukoševič, Dambrausk, Černiausk, Malinausk, Mikalausk, Šimkev, Gudait, Norkev, Kubil, Budr,
      Tamošait, Matulev, Sakalausk, Zinkev, Morkūn, Rud, Šidlausk, Kair, Gaižausk, Jurgait, Valait, Survil, Bruž`),
    familyEndings: list('as, is, ienė, aitė, ytė, us, evičius, ėnas'),
  },
  lv: {
    countries: ['LV', 'LV', 'LV', 'LV', 'LT'],
    forms: [
      form('SIA', 'Sabiedrība ar ierobežotu atbildību', 82),
      form('AS', 'Akciju sabiedrība', 12),
      form('IK', 'Individuālais komersants', 6),
    ],
    first: list(`Rīgas, Latvijas, Baltijas, Daugavas, Ventspils, Liepājas, Jelgavas, Vidzemes, Kurzemes, Zemgales,
      Latgales, Ziemeļu, Dienvidu, Jaunais, Vecais, Zaļais, Baltais, Zelta, Dzintara, Saules, Ozola, Bērzu, Jūras`),
    trade: list(`koks, būve, tirdzniecība, loģistika, mēbeles, tehnika, siltums, logi, jumti, durvis, maize, piens,
      gaļa, zivis, aptieka, klīnika, reklāma, apsardze, enerģija, metāls, krāsas, ķīmija, audumi, serviss, riepas,
      dārzs, ziedi, graudi, nami, noma, apdrošināšana, skola, risinājumi, sistēmas, datori, rotaļlietas`),
    givenNames: list(`Jānis, Andris, Māris, Juris, Edgars, Kārlis, Artūrs, Anna, Kristīne, Inese, Līga, Ilze, Zane`),
    familyStems:
      list(`Bērz, Kaln, Ozol, Jans, Liep, Krūm, Balod, Egl, Zar, Pētersons, Vītol, Kļav, Apin, Zvirbul, Vanag, Lāc,
      Sil, Grīn, Roz, Priede, Dzen, Upīt, Mežul, Strautm, Cīrul`),
    familyEndings: list('iņš, iņa, ons, is, ītis, e, a, ane'),
  },
  en: {
    countries: ['GB', 'GB', 'GB', 'LT', 'EE'],
    forms: [
      form('Ltd', 'Limited', 70),
      form('LLC', 'Limited Liability Company', 16),
      form('PLC', 'Public Limited Company', 14),
    ],
    first: list(`Baltic, Northern, Blue River, Green Field, Amber, Nordic, Atlantic, First, Global, United, Summit, Oak,
      Silver, Golden, Harbour, Castle, Bridge, Kings, Queens, Highland, Thames, Western, Eastern, Prime, Smart, Rapid`),
    trade:
      list(`Trading, Logistics, Timber, Steel, Foods, Furniture, Consulting, Systems, Solutions, Software, Textiles,
      Plastics, Chemicals, Energy, Electric, Motors, Parts, Shipping, Freight, Packaging, Printing, Media, Security,
      Holdings, Partners, Supplies, Tools, Machines, Instruments, Optics, Medical, Pharma, Gardens, Homes, Capital`),
    givenNames: list(`John, James, Oliver, George, Harry, Emma, Olivia, Grace, Emily, Sophie, Thomas, William, Alice`),
    familyStems:
      list(`Smith, Jones, Taylor, Brown, Wilson, Evans, Walker, Wright, Hughes, Green, Hall, Wood, Clark, Harris,
      Ash, Hart, Black, White, Brad, Whit, Stan, Wins, Pres, Law, Nor, Hamil, Middle, Fair, Lang, Ches`),
    familyEndings: list('ton, son, ley, field, man, worth, by, ford, ham, well'),
  },
};

/** Parts of brand names. */
export const SYLLABLES =
  list(`ba, be, bi, bo, da, de, di, do, du, fa, fi, ga, ge, gi, gra, ka, ke, ki, ko, kra, la, le, li,
  lo, lu, ma, me, mi, mo, na, ne, ni, no, nor, or, pa, pe, pi, po, pro, ra, re, ri, ro, ru, sa, se, si, so, sta, ta, te,
  ti, to, tra, tri, va, ve, vi, vo, za, ze, zi, zo`);
/** Last parts of brand names. */
export const BRAND_ENDINGS = list('ra, lis, mas, na, ta, nta, rex, vita, lux, dos, nis, tek, mira, sona, plus, lanta');
