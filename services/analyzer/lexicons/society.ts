import { type Lexicon } from './lexicon.js';

const CHILD =
  'ребенок|ребенка|мальчик|мальчика|мальчиком|девочка|девочку|девочки|школьник|школьника|школьница|школьницу|подросток|подростка|дети|детей|малыш|пацан';
const CHILD_EN = 'boy|boys|girl|girls|child|children|kid|kids|teenager|schoolboy|schoolgirl';

/** Crime, family, politics, religion and children. */
export const SOCIETY: readonly Lexicon[] = [
  {
    category: 'Криминал / преступность',
    terms: {
      mild: `кража, воров~, =вор, =вора, =воры, =воров, =вором, =ворует, =воруют, =украл, =украла, =украли, =крадет, =крадут, =украден, =украдено, =украсть, преступ~, мошенн~, тюрьм~, =тюрем, тюремн~, арест~, уголовник~, уголовн~ дел~, =зек, =зеки, наручник~, подозреваем~,
        crime, criminal, thief, =thieves, steal, =stole, =stolen, fraud, prison, jail, arrest~, handcuff~, felon~, convict, pickpocket,
        светит .. лет, =задержан, задержанн~, гражданин|гражданка начальник~, допрос~, улик~, =банда, =банды, =банду, шайк~, наемник~, конвой~, в колонии|колонию|сизо, налет на банк, отделение|отделении полиции|милиции, interrogat~, =gang, =gangs, outlaw, =suspect, =suspects, =loot, behind bars, =cell door, jailer, sentenced to, mercenar~, crook, police custody, search warrant, evidence bag,
        ворюг~, карманник, кошелек .. вытаскива~|вытягива~|вытащил, строг~ режим~, приговор~ .. лет|тюрьм~, осужден~, =пират, =пираты .. корабл~, defendant, verdict, guilty of, pleads guilty, parole, probation, life sentence, years in prison, criminal record, inmate, swindl~`,
      moderate: `ограб~, грабеж~, грабител~, мафи~, бандит~, гангстер~, рэкет~, контрабанд~, =похитил, =похитили, =похитить, киллер~, рецидивист~, вооруженн~ ограблени~, заказн~ убийств~, преступн~ группировк~, вор~ в законе, =налетчик~, сутенер~,
        robbery, robber, =robbed, =robbing, burglar~, mafia, mobster, gangster, heist, kidnap~, smuggl~, hitman, cartel, mob boss, armed robbery, extort~,
        покушени~, требу~ выкуп, похитител~, =крышует, =крышуют, =крышевать, братва, братки, разбойн~, фальшивомонет~, перереза~|подреза~ .. тормоз~, заказал .. убийство|бухгалтера|конкурента, ransom, getaway car, =mugged|=mugging|=mugger, shoplift~, carjack~, counterfeit~, wanted poster|dead, assault with, bank job, stickup, cut|cuts .. brake line|lines, bound and gagged,
        =pimp, =pimps, hired killer|gun, racketeer~, hostage situation`,
      not: `преступно мало|хорош~, арест~ .. счет|счета, =украдкой, украл|украла|похитил|похитила .. сердце|покой|поцелуй, steal|stole|steals .. glance|kiss|show|look|heart|breath|base|thunder, cardiac arrest, arresting .. beauty|view, crime novel|novels|fiction, convenience,
        the whole|our|old gang, gang of .. friends|kids|ducks, допрос~ .. с пристрастием .. бабушк~,
        pleads|pleading guilty .. cake, guilty pleasure, pirate .. costume|treasure|game`,
    },
  },
  {
    category: 'Оружие у детей',
    terms: {
      mild: `игрушечн~|водян~ пистолет~|автомат~|меч|ружье, игра~ в войнушку|войну, toy|water|squirt gun|guns|rifle|pistol, cap gun, play|plays|playing war|soldiers`,
      moderate: `${CHILD} <> пистолет|револьвер|ружье|ружья|автомат|граната|гранату|винтовка|винтовку|оружие|кинжал, ${CHILD} <> с ножом|нож, ${CHILD_EN} <> gun|pistol|rifle|knife|grenade|weapon|revolver`,
      severe: `${CHILD} <> стреляет|выстрелил|стрелял|застрелил|зарезал, ${CHILD_EN} <> shoots|fires|opens fire|stabs`,
      not: `нож .. вилка, стреля~ .. рогатк~|хлопушк~|глазами, shoots .. photo|photos|hoops|video|film|basket|picture|pictures|marbles`,
    },
  },
  {
    category: 'Семейные конфликты',
    terms: {
      mild: `=развод, =развода, =разводе, =разводом, =разводимся, =развелись, =развелся, =развелась, =разводиться, скандал, =скандалят, ссора, =ссорятся, =поссорились, =ссориться, поссори~, муж|жена|отец|мать|мама|папа|родители <> кричит|кричат|орет|орут|ругается|ругаются|ссорятся|скандалит,
        divorce~, quarrel~, custody battle, parents|husband|wife|mother|father|mom|dad <> argue|argues|arguing|yells|yelling|shouts|shouting,
        not speaking .. father|mother|son|daughter, custody, estranged, cheating husband|wife, ругаются родители, родители разводятся, свекровь|теща <> кричит|ругает~|орет`,
      moderate: `лиши~ родительских прав, ненавижу тебя мама|папа|отец|мать, ненавижу .. отца|мать|родителей, ты мне не сын|дочь|мать|отец|брат, выгна~|выгоня~ .. из дома|дому, сбежал|сбежала|сбегает из дома, ухожу от тебя, hate you mom|dad|mother|father, hate .. my|your father|mother|parents, you are not|no my|longer son|daughter|father, not my son|daughter|father|mother, runs|ran away from home, kick~ .. out of the house,
        бросил|бросила|бросает .. семью|жену|мужа, ушел|ушла из семьи, walked out on .. us|family|kids|wife|husband`,
      not: `развод~ мост~, разводн~ мост~|ключ~, дипломатическ~|политическ~|международн~|спортивн~ скандал, мать|отец|папа|мама .. кричит .. ура|домой|ужинать|обед|осторожно, mom|mother|dad|father shouts|yells .. dinner|hello|good`,
    },
  },
  {
    category: 'Бытовое насилие',
    terms: {
      moderate: `муж|отец|отчим|мачеха|сожитель|папа|батя <> бьет|бил|избил|избивает|ударил|избивал|бьют|поднял на|поднимает на .. руку, бьет|бил|избил|избивает|ударил|избивал <> жена|жену|сына|дочь|ребенка|детей|мать|меня и маму, домашнее|бытовое|семейное насилие, домашних|домашнего насилия, побои, прячет|скрывает .. синяки, снимает|снять|сняла побои,
        husband|father|stepfather|stepdad|dad|boyfriend <> hits|hit|beats|beat|punches|punched|slaps|slapped|choked|chokes, beats|beat|hits|hit|slaps|slapped|punches|punched .. wife|daughter|son|kids|girlfriend|mother|children, domestic violence|abuse, battered wife|woman|women, abusive husband|father|boyfriend|relationship|stepfather, abuses|abused .. wife|kids|children|daughter|son,
        отчим|отец|муж|мачеха|мать|батя <> затрещина|затрещину|подзатыльник|пощечина|пощечину|ремнем|ремень, порет|выпорол|порол|отхлестал ремнем|розгами, stepfather|father|husband|mother|boyfriend <> belt|backhands|shoves|slams`,
      severe: `муж|отец|отчим|сожитель <> до полусмерти|убьет меня|зарезал|задушил, избивает .. до полусмерти|до потери, husband|father|boyfriend <> nearly|almost killed, beats|beat .. wife .. unconscious|death`,
      not: `отец|папа|муж .. бьет|бил .. барабан|гвоздь|гвозди|мяч|молотком|рекорд|мячу, dad|father|husband .. hits|hit|beats|beat .. ball|brakes|record|eggs|drum|drums|road|button|nail|jackpot|traffic, бьет .. часы|колокол`,
    },
  },
  {
    category: 'Экстремизм / терроризм',
    terms: {
      mild: `заложник~, фашис~, фашизм~, нацис~, нацизм~, hostage, =nazi, =nazis, fascis~, =radicalized`,
      moderate: `террор~, экстремис~, экстремизм~, теракт~, шахид~, смертник, джихад~, свастик~, пояс смертника, захват~ заложников, взорв~|взрыва~|заминирова~ .. школу|школа|метро|вокзал|самолет|автобус|мост, бомб~ .. в метро|школе|самолете|автобусе, terroris~, extremis~, jihad~, suicide bomb~, swastika, bomb .. school|subway|plane|train|station, neo nazi,
        взорвать .. город|мэрию|площадь|здание|поезд, радикальн~ группировк~, manifesto, detonat~, blow|blows|blowing up .. building|school|station|bridge|downtown|city|plane, car bomb, armed militia, explosives .. downtown|station|school|plaza`,
      severe: `смерть неверным|жидам|чуркам, убива~|режь|резать .. неверных, бей жидов|чурок|хачей, хайль гитлер, зиг хайль, очистим .. землю|страну|нацию, death to .. infidels|jews|muslims|americans, kill all .. infidels|jews|muslims|immigrants|whites|blacks, heil hitler, sieg heil, race war`,
    },
  },
  {
    category: 'Политическая пропаганда',
    isNegatable: true,
    terms: {
      mild: `голосуй за, голосуйте за, предвыборн~, митинг~, пропаганд~, агитац~, агитир~, лозунг~, революц~, propaganda, vote for, political|campaign rally, slogan, revolution`,
      moderate: `долой власть|правительство|царя|президента|режим, свергн~|сверг~|свержени~ .. власть|правительство|режим|царя|президента, вся власть, да здравствует революция|партия|вождь, единственная партия, overthrow .. government|regime|president, down with the .. government|regime|president|king, long live the .. party|revolution|leader`,
      not: `революци~ .. моде|технике|науке|кулинари~|промышленн~, промышленн~ революц~, industrial revolution, revolution in .. cooking|fashion|design|music, revolutions per`,
    },
  },
  {
    category: 'Религиозная чувствительность',
    terms: {
      mild: `ерес~, еретик~, бога нет, нет никакого бога, инквизиц~, heresy, heretic, god is dead, no god, there is no god, inquisition`,
      moderate: `богохуль~, кощун~, святотат~, поп~ .. толстопуз~, плева~ на бога|церковь, плевать на .. бога|церковь, blasphem~, sacrileg~, false prophet, mocks .. god|church|prayer|prophet,
        heretic|heretics .. burn|burned|burning|burns`,
      severe: `оскверн~ .. храм|церковь|икон~|могил~|мечет~|синагог~, плюет|плюнул .. икону|крест|икона, сжига~|сжечь|сжег .. библи~|коран|икон~|церковь|храм, desecrat~, burn|burns|burned|burning .. bible|koran|quran|church|mosque|synagogue, spits|spat on .. cross|bible|koran`,
    },
  },
  {
    category: 'Моральный выбор / измена',
    terms: {
      mild: `=ложь, =лжи, =ложью, =лжет, =лжешь, =солгал, =солгала, =врешь, =врет, =врал, =врала, =соврал, =соврала, =лжец, обман, =обманул, =обманула, =обманули, =обманывает, =обманщик, любовниц~, любовник, ревн~ .. мужа|жену|муж|жена,
        liar, =lied, deceiv~, =mistress, jealous husband|wife|lover, lying to me|her|him|you,
        за моей спиной, другая женщина, роман на стороне, ходит налево, treachery, two timing, behind my|her|his back, other woman, lie|lies|lying to .. me|her|him|you,
        изменщи~, с чужой женой, с чужим мужем, застала|застал .. мужа|жену .. с, caught .. cheating|in bed`,
      moderate: `=измена, =измены, =измену, =изменой, изменя~|изменил|изменила .. ей|ему|мне|жене|мужу|тебе|женой|мужем, предател~, предательств~, =предал, =предала, =предали, =предаст, betray~, cheat|cheats|cheated|cheating on, adulter~, unfaithful, affair with, having|had an affair, traitor,
        вероломств~, вероломн~, double cross~, backstab~, treason`,
      not: `обман~ зрения, обманчив~, предал|предали земле|огласке|значения, государственн~ измен~, ложь во спасение, cheat|cheats|cheating on .. test|exam|quiz|diet|homework, white lie, foreign affair,
        lies .. bed|down|on|in|ahead|awake, lie down`,
    },
  },
  {
    category: 'Алчность / коррупция',
    terms: {
      mild: `алчн~, жадность, =жадный, =жадная, =жадина, =жадные, корыст~, greed, greedy`,
      moderate: `взятк~, взяточ~, коррупц~, коррумпир~, хищени~, казнокрад~, растрат~ .. бюджет|денег|казн~, подкуп~, отмыва~ .. деньги|денег, распил~ .. бюджет|бюджета, берет|взял|дал|дает на лапу, конверт~ с деньгами|купюрами, откат~ .. чиновник~|миллион~,
        brib~, corruption, =corrupt, embezzl~, money launder~, launder~ .. money, kickback, envelope .. cash, pay off .. cop|judge|cops|senator, crooked cop|judge|politician`,
      not: `=жадно, corrupt file|data|disk, corrupted file|data, greedy algorithm, жадный алгоритм`,
    },
  },
  {
    category: 'Эксплуатация детей',
    terms: {
      moderate: `детский|детского|детским труд|труда|трудом, заставля~|заставил~ .. детей|ребенка .. работать|воровать|попрошайничать, малолетн~ рабоч~, дети|ребенок|детей|мальчик .. работа~ .. шахте|фабрике|заводе|рудник~, child labor|labour|soldier|soldiers|bride, force|forces|forced .. children|child|kids to work|beg|steal, children .. work .. mine|mines|factory,
        дети|ребенок|мальчик|девочка .. просят|просит .. милостыню|подаяние, попрошайнича~ .. дети, дети .. попрошайнича~, малолетн~ .. работ~|проститу~, беспризорн~ .. работ~|воруют, underage girl|girls|boy|boys|prostitute, child prostitut~, no older than fifteen|fourteen|thirteen|twelve, child beggar|beggars`,
      severe: `детск~ порн~, педофил~, растли~|растлева~, совраща~|совратил .. несовершеннолетн~|ребенка|малолетн~|детей, child porn~, pedophil~, paedophil~, molest~`,
    },
  },
  {
    category: 'Торговля людьми / рабство',
    terms: {
      mild: `=раб, =раба, =рабы, =рабов, =рабом, =рабыня, =рабыню, =рабыни, slave, =похищение, =похищения, abduct~`,
      moderate: `рабств~, рабовлад~, работоргов~, торгов~ людьми, торгует людьми, живой товар, human traffick~, trafficker, slavery, enslave~, slave trade|trader|market,
        держит|держат|заперт~|запира~ .. подвале|багажнике|плену|клетке, багажник~ <> связанн~|связан|человек|девушка|женщина, в плену, похищенн~, bound and gagged, held captive|hostage, =captive, =captives, locked in .. basement|trunk|cage|cellar, trunk <> bound|gagged|tied`,
      severe: `прода~ .. в рабство|рабство|бордель, сексуальн~ рабств~, невольнич~ рынок|рынке, торгов~ детьми|органами, sold|sells|sell into .. slavery|prostitution, sex slave|slavery|trafficking, organ trafficking, sell|sells|sold .. girls|children .. to`,
      not: `раб божий|божья|привычки|моды, slave to .. fashion|habit|work|routine, похищение невесты,
        в плену .. иллюзи~|чувств~|красоты, captive audience`,
    },
  },
  {
    category: 'Нарушение закона',
    terms: {
      mild: `незаконн~, нелегальн~, наруш~ .. закон, соучастник~, хакер~, =побег, =побега, скрыва~ от полиции|следствия|милиции|правосудия, =взломал, =взломать, =взламывает, =взломали, взломщик~, illegal~, break|breaks|broke|breaking the law, accomplice, fugitive, hack~ into, trespass~, speeding ticket`,
      moderate: `укрыва~ .. преступ~|беглец~|убийц~|краден~, лжесвидетел~, поддела~|поддельн~|фальшив~ .. документ~|паспорт~|деньги|купюр~|подпись, сбежал|бежал|сбежали|бежит|побег .. из тюрьмы|колонии|стражи, пряч~|спрята~ .. улики|улику|труп|тело, уничтож~ .. улики|доказательства, harbor~ .. criminal|fugitive|killer, forged|fake|forge .. passport|id|documents|signature|money, perjury, tamper~ with .. evidence, destroy~ .. evidence, hide|hides|hiding|bury|buries .. body|evidence, prison break, jailbreak, breaks|break out of .. prison|jail`,
      not: `побег .. бамбука|растения|побеги, зелен~ побег~, незаконно хорош~`,
    },
  },
  {
    category: 'Манипуляции сознанием / секты',
    terms: {
      mild: `=гуру, адепт, guru`,
      moderate: `=секта, =секты, =секту, =секте, =сект, =сектой, сектант~, гипноз~, гипнотизир~, гипнотизер~, промы~ .. мозги|мозгов, зомбир~, контрол~ разума|сознания|сознанием, =cult, =cults, cultist, hypnosis, hypnoti~, brainwash~, mind control,
        отда~ .. квартир~|имущество .. учител~|общин~|братств~, под гипнозом, внуша~ .. ему|ей|толпе`,
      severe: `секты|секту|секте .. покончи~|самоубий~|жертв~, массовое самоубийство .. сект~, cult .. mass suicide|sacrifice`,
      not: `cult classic|film|movie|favorite|following, гипнотизирует .. взглядом|огонь|экран|холодильник|витрин~, hypnotic beat|music|rhythm, тренинг~ гуру`,
    },
  },
  {
    category: 'Несовершеннолетние жертвы',
    terms: {
      moderate: `${CHILD} <> пропал|пропала|пропали|похитили|похищен|похищена|похитил, missing child|girl|boy|children, ${CHILD_EN} <> kidnapped|abducted, фото|имя|адрес .. пострадавш~ .. ребенка|девочки|мальчика|школьницы,
        бьет|бьют|бил|ударил|ударила|избивает|избил|мучает <> мальчика|девочку|ребенка|детей|школьника|подростка|малыша, маленькое тело, детское тело, hits|beats|slaps|kicks|hurts|beating <> boy|girl|child|children|kid, tiny|small body`,
      severe: `${CHILD} <> убит|убита|убили|убил|изнасилов~|избит|избита|избили|застрелен~|зарезан~|растерзан~, тело ребенка|девочки|мальчика, труп ребенка|девочки|мальчика, ${CHILD_EN} <> murdered|killed|abused|molested|raped|tortured, body of .. child|boy|girl, child's body`,
      not: `kids killed .. time, ${CHILD} .. убил|убили время, boy|girl|kid|kids killed .. it|joke|mood|time`,
    },
  },
  {
    category: 'Иностранные агенты / политическая маркировка',
    terms: {
      mild: `иностранн~ агент~, иноагент~, признан~ .. экстремистск~|нежелательн~|иностранным, нежелательн~ организаци~, foreign agent|agents`,
    },
  },
  {
    category: 'Инструкции по преступлениям / оружию / наркотикам',
    terms: {
      mild: `отмычк~, lockpick~, pick|picks|picking the lock`,
      moderate: `рецепт~|инструкци~|схема|чертеж~ <> бомб~|взрывчатк~|наркотик~|яда|взрывн~|самодельн~, коктейл~ молотова, molotov cocktail, pipe bomb, recipe|instructions|blueprint <> bomb|explosive|explosives|meth|poison|silencer`,
      severe: `как сделать|собрать|изготовить|приготовить|сварить .. бомб~|взрывчатк~|наркотик~|яд|метамфетамин|глушитель|взрывн~, смеша~|смешива~ .. селитр~|ацетон|порох|кислот~|перекись, how to|you make|build|cook .. bomb|meth|explosive|explosives|poison|silencer, mix|mixes .. fertilizer|ammonium|acetone|peroxide`,
    },
  },
  {
    category: 'Отрицание семейных ценностей',
    terms: {
      mild: `чайлдфри, не хочу|хочет|хотим детей|рожать|ребенка, childfree, don't want kids|children, never wanted kids|children|you`,
      moderate: `семья|брак <> пережиток|обуза|рабство|ярмо|тюрьма|ловушка, дети .. обуза|зло|ошибка, ненавижу детей, семья .. не нужна, отказ~ .. от ребенка|родительства|дочери|сына|новорожденного, hate|hates kids|children, family|marriage is .. prison|trap|burden|lie|joke|outdated, abandon~ .. baby|child|kids|children|newborn, kids .. ruin~ .. life,
        пишите|пишу|написала|подписала .. отказ .. ребенк~|роддом~, отказник~, ребенка не возьму, бросил|бросила .. ребенка|детей|младенца|новорожденн~, give|gave|giving .. baby|child up|away, abandons .. baby`,
    },
  },
  {
    category: 'Нарушение неприкосновенности частной жизни',
    terms: {
      mild: `скрыт~ камер~, личные|персональные данные, прослушк~, подгляд~, hidden camera, wiretap~, personal data, spying on`,
      moderate: `слил|слила|слили|слить|сливает .. переписк~|фото|видео|данные|адрес|снимки, выложи~|выкладыва~ .. интимн~|переписк~|личн~|адрес, чита~ .. чужую|чужие|ее|его .. переписк~|дневник, взлом~ .. почту|телефон|аккаунт|страницу, прослушива~ .. телефон|разговор|квартир~,
        leak~ .. photos|messages|texts|nudes|address|emails, doxx~, hack~ .. phone|email|account|emails, read|reads|reading .. her|his|my diary|messages|texts, post~ .. private|intimate photos|messages|video,
        видео|фото|снимки|фотографии .. общий|школьный чат, видео|фото|снимки .. утекло|утекли|попали|слили .. сеть|интернет, снима~ на телефон .. без|тайком|исподтишка, тайком|тайно|исподтишка снима~|фотографиру~, video|photos|pictures .. group chat, secretly film~|record~|photograph~, film~|record~ her|him|them without`,
      not: `leaking pipe|roof`,
    },
  },
  {
    category: 'Эксплуатация животных в шоу',
    terms: {
      mild: `дрессиров~, укротител~, дельфинари~, цирк~ <> медведь|медведя|слон|слона|лошадь|тигр|тигры|лев|львы|обезьяна|обезьянка|собачки, арена|арене|манеж|манеже <> медведь|слон|лошадь|лошади|тигр|тигры|лев|львы|обезьяна, animal|lion|tiger|bear trainer|tamer, circus <> elephant|elephants|bear|bears|tiger|tigers|lion|lions|monkey|monkeys|horses, dolphin show, dolphinarium, dancing bear,
        цирков~ медвед~|слон~|собак~|лошад~|тигр~`,
    },
  },
];
