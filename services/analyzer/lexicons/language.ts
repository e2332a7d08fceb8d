import { type Lexicon } from './lexicon.js';

/** Obscene words, insults, vulgar jokes and discrimination. */
export const LANGUAGE: readonly Lexicon[] = [
  {
    category: 'Нецензурная лексика',
    terms: {
      mild: `жоп~, говн~, дерьм~, сран~, засран~, обосра~, =хрен, =хрена, =хреном, =хренов~, хренов~, пофиг~, нафиг, к черту,
        damn, goddamn~, crap, crappy, go to hell, what the hell, pissed off, piss off, bloody hell`,
      moderate: `=сука, =суки, =суку, =сукой, =суке, сукин сын, ублюд~, мудак~, мудил~, гандон~, шлюх~,
        shit~, bullshit, sh*t, s**t, asshole, bitch~, bastard, son of a bitch, dickhead, douchebag, prick`,
      severe: `хуй~, хуе~, хуи~, =хуя, =хую, =хуем, нахуй, нахуя, похуй~, охуе~, охуи~, ахуе~, дохуя, нихуя,
        пизд~, спизд~, распизд~, опизд~, ебат~, ебан~, ебал~, ебет~, ебут~, ебуч~, еби~, ебну~, ебл~, ебон~, еб твою, заеб~, наеб~,
        уеб~, выеб~, поеб~, въеб~, долбоеб~, объеб~, разъеб~, отъеб~, бляд~, блят~, =бля, пидор~, пидар~,
        х*й, х*я, х**, х***, х*ями, бл*, бл**, бл***, бл*ть, бл*дь, б**, б***ь, п****ц, п***ец, п*здец, п**дец, е*ать, е**ть, н*хуй, на**й,
        fuck~, motherfuck~, mother*ucker, cunt~, cocksuck~, f**k, f*ck, f***, f**king, f*cking, f***ing, c**t`,
      not: `хрен .. горчица, столовый хрен, тертый хрен, хрен и|или горчица, хрен к мясу, говновоз`,
    },
  },
  {
    category: 'Оскорбления, унижения',
    terms: {
      mild: `дурак, =дура, =дуру, =дурой, =дуры, дурачок, глупец, болван, балбес~, тупица, идиот~, кретин~, дебил~, придур~,
        ты козел, козел вонючий, тупой, тупая, тупые, неудачник~, жирдяй~, очкарик~,
        idiot~, moron, stupid, fool, loser, dumb, jerk, dumbass, fatso, nerd,
        слабак~, слюнтяй, маменькин сынок, недоумок, истеричк~, лузер, тряпка ты, ты тряпка, нюни распустил, трус, трусиха, =гад, =гады, негодяй~, wimp, coward, creep, weirdo, lowlife, sissy, crybaby, taunt~, =ridicule, =ridicules, =ridiculed, mock|mocks|mocking him|her`,
      moderate: `=урод, =уроды, =уродина, =уродка, =уроду, =тварь, =твари, мразь, =мрази, подонок, подонки, сволоч~, ничтожеств~,
        =скотина, =скотину, =скоты, =выродок, =выродки, =гнида, =гниды, паскуд~, =падла, =падлы, =падлу,
        унижа~, =унизил, =унизила, =унизили, =унизить, униженн~, издева~, травля, =травят, насмеха~, =заткнись, =заткнитесь, =заткни, пошел вон, закрой рот|пасть,
        scum, humiliat~, =bully, =bullied, =bullies, bullying, piece of trash|garbage, worthless, shut your mouth, freak, pathetic,
        =лох, =лоха, =лохи, лошара, чмошник~, стерва, =дрянь, мерзав~, подлец~, =гадина, =отродье, сопляк, жирная|жирный .. корова|свинья|боров, гогочут|ржут|смеются .. над ним|ней|мной, ползи .. давай, dirtbag, scumbag, sleazebag, loathsome, laughing stock, filthy pig|animal, you pig|swine,
        =козел, =козлина, =кобель, паршив~ .. собака|пес|кобель|овца, ворюга, =сучка, skank, whore, =slut, =sluts`,
      severe: `недочелов~, сдохни тварь|собака|мразь, =чмо, retard, =retarded, subhuman`,
      not: `божья|божьей|любая|каждая|каждой твари|тварь, день дурака, дурака валять|валяет, валять|валяет дурака, свалял дурака, не дурак,
        тупая боль, тупой|тупая|тупые нож|ножи|бритва|пила|карандаш|угол|кухонный, тупым ножом,
        fool's gold, april fool, fools' day, dumb luck, soda jerk, jerk chicken, jerk of the, control freak,
        козел .. огород~|капуст~|травк~|пасет~, =козел отпущения`,
    },
  },
  {
    category: 'Дискриминация / расизм / сексизм',
    terms: {
      mild: `дискримин~, ксенофоб~, =негр, =негры, =негра, не женское дело, баба за рулем, женская логика, discriminat~, xenophob~, prejudice,
        мужик .. или баба|тряпка, не будь бабой, как баба, реве~|бегаешь|дерешься|ноешь .. как девчонка, like a girl, man up, not for girls|women, women can't,
        гастарбайтер~, мигрант~ .. вон|понаехал~|домой, =slurs, racial slur, immigrants .. go home|out, half breed, chauvinis~, misogyn~, bigot`,
      moderate: `расис~, расизм~, сексис~, сексизм~, гомофоб~, понаехали, =хач, =хачи, =хача, =жид, =жиды, =жидов, жидовск~, бабы дуры,
        все бабы, место .. женщины|бабы .. кухне|кухня, бабам|женщинам место, узкоглаз~, нерусск~ .. вали|валите, убирайтесь .. свою страну,
        racis~, sexis~, homophob~, go back to your country, woman's place, women belong in, your kind, you people,
        черножоп~, инородц~, чистота .. крови|расы|нации, неполноценн~ раса|нация|народ, vermin .. them|they|people|immigrants|every, taking over .. country, inferior race|races, pure blood|bloods, your people .. dirty|lazy|thieves`,
      severe: `чурка, =чурок, =чуркам, черномаз~, ниггер~, нигер~, nigger~, faggot, white power, master race, высшая раса, низшая раса`,
      not: `чурка .. дерево|дерева|печка|печки|печи|костер|костра, чурбан, колет|рубит чурки, березовые чурки`,
    },
  },
  {
    category: 'Вульгарность / непристойные шутки',
    terms: {
      mild: `=пошлый, =пошлая, =пошлые, =пошлое, =пошлость, =пошлости, =пошлостей, пошлятин~, пошляк, сальный|сальная|сальные шутка|анекдот|шуточка, похабн~, задниц~,
        =пукнул, =пукает, =пукнула, =рыгает, =рыгнул, бабник, =boobs, =butt, fart, =farts, dirty joke, vulgar,
        пониже спины, щиплет|шлепа~ .. зад|заднице|попу|попе, анекдот .. ниже пояса|пошл~, pinches|slaps .. butt|ass|bottom, crude joke|jokes|gesture, obscene gesture, middle finger`,
      moderate: `сиськ~, =сисек, =трахать, =трахает, =трахнул, =трахнула, =трахаются, =трахаться, =трахались, потрах~, перетрах~, перепихн~, шалав~, =стояк,
        =tits, get laid, got laid, getting laid, screw you, banged her|him, bang her|him, blow job, blowjob, hump`,
      not: `butt of the joke, butt of .. gun|rifle, cigarette butt, butt in, butts in`,
    },
  },
];
