import { type Lexicon } from './lexicon.js';

/** Sex, flirting and nudity. */
export const SEX: readonly Lexicon[] = [
  {
    category: 'Сексуальный контент',
    terms: {
      mild: `эротич~, эротик~, сексуальн~, =sexy, erotic~, =sexual, sexuality`,
      moderate: `=секс, =секса, =сексом, =сексе, =сексу, заняться|занимаются|заниматься|занимались|занимается любовью, переспа~, проститут~, бордел~, оргазм~, похот~, мастурб~, эрекци~, вагин~, пенис, =минет, =минета, =оргия, =оргии, лишить|лишилась|лишился девственност~,
        =sex, make|makes|making|made love, prostitut~, orgasm~, masturbat~, erection, brothel, =horny, =whorehouse, sleeps|slept with him|her|them|you|me, one night stand, hooker,
        домога~, =лапает, =облапал, =лапать, sexual harass~, grop~, harass~ .. women|girls|her, sexual assault, in bed with, slept together, sleep together,
        сутенер~, =pimp, =pimps, call girl, escort service, paid for the hour|night, sex worker, curb crawl~, =threesome, =aroused`,
      severe: `порн~, половой акт, половые акты, совокупл~, соити~, входит в нее, групповуха, porn~, oral sex, intercourse, have|has|had|having sex, thrusts into`,
      not: `same|opposite|fair sex, sex of .. baby|child|fetus, sex education, половое воспитание, сексуальн~ просвещени~, social intercourse`,
    },
  },
  {
    category: 'Флирт / намёки',
    isNegatable: true,
    terms: {
      mild: `поцелу~, =поцеловал, =поцеловала, =поцеловать, =целует, =целуются, =целуют, =целовал, =целовала, =целовались, =целоваться, флирт~, заигрыв~, кокетлив~, =кокетничает, =кокетничать, строит|строишь|строила глазки, томный|томно взгляд|смотрит|вздыхает, соблазн~, обольст~,
        kiss, flirt~, seduc~, bats .. eyelashes, chat~ her up, pick up line,
        гладит|погладил|проводит .. колену|колено|бедру|талии|щеке|шее, шепчет .. на ухо|ушко, не ломайся .. красавица|детка, обнимает .. за талию, прижимается .. к нему|ней, nuzzl~, strokes .. cheek|knee|hair, whispers in .. ear, buries .. face .. neck, hits on her|him|you, winks at`,
      moderate: `взасос, страстн~ поцелуй|целует|целуются|поцелуи, впива~ .. губы|губами, долгий поцелуй, целуются .. страстно|жадно, приглашает .. к себе .. ночь, останься на ночь, make out, making out, makes out, passionate|passionately kiss|kisses, french kiss, kiss|kisses|kissing .. passionately|hungrily, spend the night with, come up to my,
        сплета~ .. в поцелуе, жарк~ поцелуй, целу~ .. взасос|в губы, kiss|kisses .. deeply|hard|on the lips`,
      not: `поцелу~|поцеловал|поцеловала|целует|целуют|целовал|целовала .. лоб|щеку|щечку|макушку|руку|ручку|дочь|дочку|сына|сынишку|малыша|бабушку|маму|внука|внучку|крест|икону|собаку|нос, в лоб|щеку .. целует|поцеловал, воздушн~ поцелу~, соблазн~ .. пирог|пирогом|запах|съесть|пирожн~|торт~, kiss~ .. forehead|cheek|goodnight|goodbye|mother|baby|grandmother|daughter|son|head|hand, kiss of death, kiss my, sealed with a kiss, seductive smell,
        strokes|гладит .. dog|cat|horse|собаку|кошку|кота, шепчет на ухо .. секрет|бабушке|маме, winks at .. camera|son|kid|boy`,
    },
  },
  {
    category: 'Эротика без обнажения',
    terms: {
      mild: `эротическ~ белье, нижнее|кружевное белье, в одном белье, лифчик, бюстгальтер, чулки .. подвязк~, полураздет~, силуэт~ .. за ширмой|шторой .. раздева~, =lingerie, in her|his underwear, sensual~, =bra,
        shirt and nothing else, nothing but a towel|shirt|sheet, wearing|wears only, только в рубашке|халате|полотенце, рубашка на голое|голом тело|теле,
        раздевается, =раздеваются, полотенце .. соскальзыва~, slips off .. dress|robe|shirt, silhouette .. undress~`,
      moderate: `ласка~ .. тело|грудь|бедро|бедра|шею|спину, расстегива~ .. блузку|платье|лифчик|брюки, снимает .. лифчик|чулки|бюстгальтер, снимает с нее|него, раздева~ ее|его|друг друга, раздевают друг, скользит .. по бедру|по телу, страстные объятия, падают на кровать|постель, прижима~ .. к себе .. страстно, undress~ her|him|each other, caress~ .. body|thigh|thighs|neck|skin, unbuttons|unzips .. blouse|dress|her|his shirt, fall|falls|tumble onto the bed, lap dance`,
      not: `белье .. сушится|веревке|веревка|утюг|стирает|гладит, стирает|гладит|вешает|развешивает|снимает .. белье, сушится .. белье`,
    },
  },
  {
    category: 'Обнажённое тело (нейтрально)',
    isNegatable: true,
    terms: {
      mild: `=голый, =голая, =голые, =голым, =голого, =голую, обнажен~, =нагой, =нагая, =нагие, нагишом, голышом, без одежды, раздет~ по пояс, раздеться до пояса, нудист~, натурщиц~, =naked, =nude, topless, without clothes, skinny dip~, nudist~, birthday suit,
        полотенце .. пада~|соскальзыва~|падает на пол, в чем мать родила, в одних трусах, скидыва~ .. одежду, towel .. falls|drops|slips, undresses, strips naked|off|to his|her`,
      not: `голый|голая|голые|голым|голого|голую .. стены|стена|ветки|ветви|деревья|дерево|стволы|факты|доски|земля|степь|правда|лампочка|теория|пол|полу|камень|скала|скалы|поле|поля|холм|холмы|сад|матрас|каркас|король, голыми руками, на голый желудок, обнажен~ .. провод|провода|деревья|ветки|нервы|меч|клинок|шпага|головой|корни, naked eye|truth|ambition|flame|bulb|branches, nude lipstick|color|shade,
        strips .. bed|wallpaper|paint`,
    },
  },
  {
    category: 'Обнажённое тело (сексуализировано)',
    terms: {
      moderate: `голая|голый|голые|голую|обнажен~ <> постель|постели|кровать|кровати|любовник|любовница|целует|ласкает|страсть, обнажен~|голая|голую|голой грудь|груди|грудью, обнажа~|обнажила грудь, стриптиз~, topless|naked|nude <> bed|breasts|kisses|lover|straddles, bare breasts, exposes|bares .. breasts, strip club, stripper, striptease, pole dancer`,
      severe: `голая|голый|голые|обнажен~ <> стонет|стонут|оседл~|возбужд~, naked|nude <> moans|moaning|writhing|thrusts`,
      not: `мать|младенец|ребенок|малыш .. грудь, naked baby, обнажен~ .. деревья|ветки`,
    },
  },
];
