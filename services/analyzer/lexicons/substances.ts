import { type Lexicon } from './lexicon.js';

/** Alcohol, tobacco, drugs, medicines, gambling and addictions. */
export const SUBSTANCES: readonly Lexicon[] = [
  {
    category: 'Алкоголь',
    isNegatable: true,
    terms: {
      mild: `алкогол~, водка, =водки, =водочка, =вино, =вином, бокал|бутылка|стакан|бутылку|бокалы|бокалов|глоток|кувшин .. вина, =пиво, =пива, =пивом, =пивка, пивн~, коньяк, =виски, шампанск~, ликер, самогон~, рюмка, выпивка, бармен~, =бар, =баре, барная|барной|барную стойка|стойкой|стойку, =ром .. с колой, давай|давайте|хочешь|хочу|надо|пора|любит|предлагает выпить|выпьем, выпьем за, =тост за, =мартини, текила,
        alcohol, vodka, =wine, =wines, =beer, =beers, whiskey, whisky, bourbon, =rum, =gin, tequila, champagne, cognac, liquor, =booze, cocktail, martini, =pub, =bar, bartender, tipsy, brandy,
        =тосты, произносит|поднимает|говорит тост, звон бокалов, чокаются, чокнулись, фляжк~, трактир~, кабак~, таверн~, =бренди, портвейн~, вермут~, протрезв~, ликёр, хмельн~, =flask, =ale, tankard, tavern, saloon, =sober, raise|raises a|his|her|their glass|glasses|toast, have|need|buy|pour|pours|want|grab .. a drink, another drink|round, moonshine, six pack, keg, shot glass, scotch, =lager, brewery, winery`,
      moderate: `пьян~, напива~, =напился, =напились, =напилась, =напиться, пьянств~, пьяниц~, алкаш~, алкоголик~, алкоголизм~, =запой, =запое, =запоя, =запоем, =бухает, =бухал, =бухать, =бухают, =бухой, бухл~, похмель~, перегар~, выпи~ лишнего, пьет|пьют|выпил|пил .. водку|водка|пиво|вино|коньяк|виски|самогон|шампанское|горла, бутылка водки|коньяка|виски|самогона, собутыльник~,
        drunk~, alcoholic, hungover, hangover, intoxicated, drinks|drinking|drank|downs|drink .. whiskey|vodka|beer|wine|bourbon|gin|rum|tequila, binge drink~, =boozing, shots of .. tequila|vodka|whiskey, bottle of .. whiskey|vodka|bourbon|gin,
        опохмел~, =поддатый, =поддатая, под мухой, навеселе, подшофе, пропил~, закодирова~, стопк~ .. водки|коньяка, наливает .. водку|коньяк|виски|вино|пиво|самогон, водка|коньяк|вино|пиво .. рекой|льется, fell off the wagon, fall off the wagon, =plastered, =wasted, sips|sip|swig|swigs|drinks|drink .. flask|bottle, =sloshed,
        захмеле~, нетрезв~, во хмелю, пьет|пьют|пил|хлебает|отпива~ .. из бутылки, drinks|drank|drinking .. from the bottle, liquored up, buzzed`,
      not: `выпить|выпьем .. чай|чаю|чая|воды|воду|кофе|таблетку|таблетки|лекарство|сок|соку|молоко|молока|лимонад|компот, пьянящ~, пьян~ .. от счастья|счастьем|воздухом, трет|тереть|сжимает|массирует|потирает|стучит|седые|сдавливает|прижимает .. виски, виски .. пульсиру~|ломит|седые|седина|руками|пальцами, безалкогольн~, протирает .. алкогол~|спирт~, детское шампанское, винный уксус, вино .. церковное, =бар .. шоколад,
        root|ginger beer, gin rummy, alcohol wipe|wipes|swab, rubbing alcohol, alcohol free, drunk with|=on joy|power|happiness|love, punch drunk, bar of .. soap|chocolate|gold, bars of .. soap|chocolate|gold, candy|chocolate|granola|space|salad|snack|juice|monkey|coffee|tool|status|steel|iron|sand|milk bar, bar code|exam|chart|graph|stool|association, behind bars, raise|raises|raised|set|sets the bar, wine colored|dark|red, fruit|shrimp|prawn cocktail, cocktail dress|party dress,
        трезво .. мысл~|оценива~|смотр~, have|need|want|pour|pours .. drink .. water|juice|milk|tea, a drink of water|juice|milk, ginger ale, sober .. judge|voice|expression|look, soft drink|drinks, фляжк~ с водой`,
    },
  },
  {
    category: 'Табак / никотин / вейпы',
    isNegatable: true,
    terms: {
      mild: `сигарета, сигара, папироса, =курение, =курения, =курево, =курит, =курят, =курил, =курила, =курили, =курить, =курю, =куришь, закурив~, =закурил, =закурила, =закурить, =закуривает, =покурить, =покурим, перекур, =окурок, =окурки, =окурка, табак, табачн~, вейп~, кальян~, никотин~, пепельница,
        cigarette, cigar, tobacco, =smokes .. cigarette|cigar|pipe, smoker, =smoking, =smoked a, =vape, =vapes, =vaping, hookah, nicotine, ashtray,
        самокрутк~, дымит .. сигар~|трубк~, =смолит, puffs|puffing .. pipe|cigar|cigarette, have|bum|need|grab a smoke, stubs out, smoke rings`,
      moderate: `пачк~ сигарет, пачки в день, прикурив~, =прикурил, =прикурила, выкури~, курильщи~, дай|дайте закурить|сигарету, затягива~ .. сигаретой|дымом, раскурива~, угоща~ .. сигаретой|сигаретами,
        chain smok~, lights|light|lit .. cigarette|cigar, pack of cigarettes|smokes, two packs a day, drag on .. cigarette, takes .. drag, offers .. cigarette`,
      not: `курить|курит фимиам, табакерк~, курить воспрещается|запрещено|запрещается, smoking gun|ruins|ruin|wreck|wreckage|barrel|chimney|chimneys|crater|hot|jacket|volcano|remains|engine|pan|toast, no smoking`,
    },
  },
  {
    category: 'Наркотики / ПАВ',
    isNegatable: true,
    terms: {
      mild: `наркот~, наркоман~, наркодил~, наркокарт~, наркобарон~, наркозависим~, narcotic~, =drugs, drug dealer|dealers|addict|addicts|lord|cartel|money|trade|bust|deal|test|problem, junkie, =stoned, stoner`,
      moderate: `=героин, =героина, =героином, =героину, кокаин~, марихуан~, гашиш~, метамфетамин~, амфетамин~, =экстази, =лсд, опиум~, опиат~, мефедрон~, закладчик~, поднять|поднимает закладку, кури~|забива~|выкури~ .. косяк|косячок, кури~|покури~ .. травку|травка, под кайфом, обдолб~, обкур~, передоз~, торчок, =ломка, =ломки .. наркоман~, дилер .. товар,
        =heroin, cocaine, marijuana, smoke|smoking|smokes|smoked|bag of .. weed, =meth, methamphetamine, =lsd, opium, opioid, overdos~, crack cocaine|pipe|house, get|gets|getting|got high, high on .. drugs|meth|heroin|coke|weed|pills, smoke|smokes|smoking|rolls|lights|passes .. joint, amphetamine, ketamine,
        белый|белого|белым порошок|порошка|порошком, порошок .. носом|ноздр~|зеркал~, втягива~|втянул .. носом, пакетик .. порошк~|трав~, =барыга, =барыги, =барыге, упорот~, под веществами, очередн~|нов~ доза|дозу, соскочить|слезть =с иглы|героина, сидит|подсел на игле|иглу|героине|героин, =торч, =торчит .. героин~, white powder, powder .. nose|nostril, rehab, =baggie, =baggies, needle tracks|marks, track marks, =dope, crackhead, =stash, tripping on, months|days|years|weeks clean, clean .. months|days|years|weeks, =bong, drug test, shoot up .. heroin,
        фентанил~, fentanyl, crush~|inhale~ .. tablets .. inhale~, nose candy, doped up, dope fiend, drugged`,
      severe: `ширяется, колется .. героин~, вводит .. героин|наркотик|дозу, нюхает|нюхают|вдыхает .. кокаин|порошок|дорожку|дорожка, по вене, по венам .. героин, варит|варят .. мет|дурь|наркот~|метамфетамин, продает|продают|толкает|продавал .. наркот~|героин|кокаин|дурь|товар .. школ~, игла|иглу|шприц <> вена|вену,
        shoots|shooting|shot up heroin|dope|meth, snort~ .. coke|cocaine|line|lines|powder|heroin, needle .. arm|vein, cook|cooks|cooking meth, sell|sells|selling|deals|dealing .. drugs|heroin|cocaine|meth|weed|dope`,
      not: `over the counter drugs, drugs store,
        white powder .. snow|sugar|flour, белый порошок .. мук~|сахар~|стирк~|снег~, clean .. room|house|kitchen|dishes|car|clothes`,
    },
  },
  {
    category: 'Психотропные вещества / лекарства',
    isNegatable: true,
    terms: {
      mild: `таблетка, =таблеток, антидепрессант~, снотворн~, транквилизатор~, успокоительн~, лекарств~, валиум, ксанакс, прозак, феназепам,
        =pill, =pills, antidepressant, sedative, =tranquilizer, =tranquilizers, xanax, valium, prozac, =medication, =medications, =meds, ritalin, adderall,
        морфин~, =морфий, =морфия, кодеин, трамадол, обезболива~, painkiller, oxycodone, oxycontin, vicodin, percocet, morphine, codeine, prescription pad|drugs`,
      moderate: `горст~ таблеток, пачк~ таблеток .. сразу, глотает|глотал|пьет|запивает .. таблетки|таблетку|таблеток|снотворное|успокоительное, подсыпа~|подсыпал .. снотворное, сидит на таблетках|антидепрессантах, handful of pills, swallows|swallowed|pops|popping|takes .. pills, hooked on pills|painkillers, spikes|spiked .. drink,
        crush~ .. tablets|pills, inhales|snorts .. them|tablets|pills, pill addiction`,
      severe: `наглота~ .. таблеток|снотворного|таблетками, передозировк~ .. таблет~|снотворн~|лекарств~, overdos~ .. pills|sedatives, whole bottle of pills`,
      not: `chill|bitter pill, vitamin pills, таблетк~ .. посудомо~|бассейна|витамин~, от кашля`,
    },
  },
  {
    category: 'Азартные игры',
    isNegatable: true,
    terms: {
      mild: `лотере~, покер, =букмекер, =букмекера, рулетка, lottery, poker, =bookie, =bookmaker, =bingo,
        играют|играет в карты|кости|домино .. деньги, игра~ в кости, играют в карты, фишки, сорвал куш, заключ~ пари, roll|rolls|rolling .. dice, dice game, card game, poker chips, deals .. cards, wager, racetrack`,
      moderate: `казино, блэкджек, игровой|игровые|игровых|игровым автомат|автоматы|автоматов|автоматом, одноруки~ бандит~, дела~|сдела~|принима~|поднима~|повыша~ .. ставку|ставки, ставлю|ставит|поставил|поставила .. на красное|черное|зеро|лошадь|кон, букмекерск~, тотализатор~, проигра~ .. деньги|квартиру|зарплату|состояние|машину, игра~ на деньги, джекпот, =крупье, азартн~,
        casino, roulette, blackjack, slot machine, gambl~, jackpot, place|places|placed|placing .. bet|bets, bet|bets|betting on .. horses|red|black|race|game|fight, high stakes, all in .. chips, craps table`,
      severe: `проигра~ .. все, проигра~ .. последн~, заложил|заложила .. квартиру|дом .. игр~, долг~ .. казино|карточн~, lost everything .. casino|gambling|poker, gambling debt|debts|addict|addiction`,
      not: `poker face, fire poker, строительн~ рулетка|рулеткой, рулетк~ .. измеря~|замеря~|метр~, измеря~|замеря~|мерит .. рулетк~, процентн~ ставк~, азартно .. хлопа~|смеется|кричит|спорит, you bet, i bet, gamble on love`,
    },
  },
  {
    category: 'Зависимости (игры, соцсети)',
    terms: {
      mild: `игроман~, лудоман~, зависимост~|зависим|зависима от .. игр|игры|соцсетей|интернета|телефона|гаджетов, игровая|компьютерная|интернет|цифровая зависимость, думскролл~, залипает|залипла|залип|завис|зависает .. телефоне|телефон|игре|соцсетях, не отрывается|отлипает|вылезает .. телефона|компьютера|игры|экрана|соцсетей, сутками|ночами играет|играл|сидит .. компьютер|игру|игры|телефон,
        doomscroll~, gaming|internet|screen|phone|social addiction, glued to .. phone|screen|tablet,
        addiction .. recovery|meeting`,
      moderate: `не могу|может остановиться|оторваться .. игр~|телефон~|ставк~, третьи сутки .. игра~, бросил .. ради игры, addicted to .. games|game|phone|social|internet|gaming|gambling|screens|likes, can't stop playing|scrolling|gambling|checking`,
    },
  },
];
