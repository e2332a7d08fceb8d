import { type Lexicon } from './lexicon.js';

/** Death, suicide, fear, the supernatural, the mind and medicine. */
export const FEAR: readonly Lexicon[] = [
  {
    category: 'Самоубийство / суицидальные мотивы',
    terms: {
      mild: `предсмертная|предсмертную|предсмертной записка|записку|записке, suicide note`,
      moderate: `самоубий~, суицид~, покончи~ с собой, покончи~ с жизнью, све~ счеты с жизнью, наложи~ на себя руки, не хочу|хочет .. больше жить, не хочу жить, хочу умереть, лучше бы|б я умер|умерла|сдох, зачем мне жить, прыгн~|прыга~|шагн~|шага~ с крыши|моста|балкона, =застрелился, =застрелилась, =застрелиться, =утопилась, =утопился, =утопиться,
        suicide, suicidal, kill|kills|killed|killing himself|herself|myself|yourself|themselves, end|ends|ended .. my|her|his|your own life, want|wants|wanted to die, take|takes|took|taken .. own life, jump|jumps|jumped off .. roof|bridge, better off dead,
        меня не станет, если б|бы меня не было, стои~ на краю крыши|моста, стои~ на крае|краю .. крыши|моста, пустить|пустил .. себе пулю, пулю .. себе в лоб|висок, no one|nobody would|will miss me, if i|i'm were gone, stand|stands|standing .. edge of the roof|bridge, end it all`,
      severe: `вскры~|перереза~|порезал~|режет .. вены, =повесился, =повесилась, =повеситься, петля|петлю .. шея|шею|шее, голов~ в петлю, стреля~ себе в .. голову|висок, пистолет .. к виску, hang|hangs|hanged|hanging himself|herself|myself, slit|slits|slitting .. wrists|wrist, noose .. neck, gun .. own head,
        приставля~|приставил~|поднос~ .. дуло|ствол|пистолет|револьвер .. подбородк~|виску|рту, дуло|ствол|пистолет|револьвер .. себе|рот|подбородк~|виску, barrel|gun|pistol|revolver .. chin|temple|mouth, puts|put the gun|barrel|pistol in|to|under his|her own`,
      not: `карьерное|политическое|профессиональное самоубийство, самоубийство для карьеры, самоубийственн~, career|political|professional|social suicide, suicide squad|squeeze|door|doors`,
    },
  },
  {
    category: 'Смерть / утрата',
    terms: {
      mild: `=смерть, =смерти, =смертью, =умер, =умерла, =умерли, =умереть, =умрет, =умру, =умрем, умирает, умирают, умирающ~, =мертв, =мертва, =мертвы, мертвый, =погиб, =погибла, =погибли, =погибнуть, погибш~, похорон~, =гроб, =гроба, =гробу, =гробом, кладбищ~, =могила, =могилы, =могиле, =могилу, =могил, =могилой, =могилами, =могилах, =траур, =трауре, траурн~, поминки, скорб~, покойник, покойный, =вдова, =вдовы, =вдове, =вдову, =вдовец, соболезн~, панихид~, =морг, =морге, =морга,
        =death, =deaths, =died, =dies, =dying, =die, =dead, funeral, coffin, =grave, =graves, graveyard, cemetery, =mourn, =mourns, mourning, mourner, grief, condolence, widow, widower, =morgue, deceased, burial,
        утопленник, надгроби~, надгробн~, скончал~, =гибель, =гибели, =гибелью, отпева~, крематори~, усопш~, сирота, его|ее не стало, ушел|ушла из жизни, предсмертн~, =прах .. урн~, мертвец~, =погребен~, headstone, tombstone, gravestone, =tomb, =tombs, passed|passes away, hearse, obituary, last breath, lifeless, orphan, =crypt, ashes .. urn, flatline, lost my|her|his|our .. husband|wife|son|daughter|mother|father, slumps .. dead,
        нет пульса, пульса нет, не дышит, бездыханн~, при смерти, последний вздох|вдох, тело|тела .. накрыт~|накрыва~|выносят|простын~, гибнет, гибнут, =гибли, отдал~ концы, time of death, goes flat, flatlines, no pulse, not breathing, fatal, fatally, =perished, =slain, drowned`,
      moderate: `умер~|умира~ .. на руках|глазах, смерть .. ребенка|дочери|сына|матери, хорон~ .. ребенка|сына|дочь|мать, рыда~|плачет .. над гробом|телом|могилой, dies|died in .. arms, death of .. child|son|daughter, buries|buried .. child|son|daughter, sobs over .. body|coffin|grave`,
      not: `до смерти .. надоел~|устал~|испуга~|боюсь|хочется|рад|скучно|любопытно, надоел~|устал~|испугал~|хочется до смерти, умира~|умер~|умру .. от|со|с .. скуки|смеха|смеху|голода|голоду|любопытства|зависти|жары|стыда, мертв~ .. тишина|тишине|точка|точки|петля|хватка|хваткой|зона|сезон|море|моря|язык|узел, не на жизнь .. смерть, смерть как, умереть не встать,
        scared|bored|tickled|worried|thrilled to death, death metal|valley|star, dying to, dying of .. curiosity|laughter|boredom|thirst|hunger, die laughing|hard, to die for, died|dies down|away, battery|engine|motor|phone|laughter|applause|music|sound|conversation .. died|dies|dead, dead end|tired|battery|serious|silence|weight|wrong|quiet|line|sea|center|giveaway|heat|leaves|letter|last, drop dead gorgeous, line|phone .. goes|is|went dead, dead of night, over my dead body, grave danger|mistake|voice|error|concern|tone, good grief, грубая смерть,
        orphan .. sock|drug|works, tomb raider,
        fatal error|flaw, drowned out, drowned .. in work|paperwork|syrup|sauce`,
    },
  },
  {
    category: 'Ужасы / страх / тревога',
    isNegatable: true,
    terms: {
      mild: `ужас, =страх, =страха, =страхом, =страху, испуган~, =испуг, =испуге, =испугом, =испугался, =испугалась, кошмар, жутк~, жуть, чудовищ~, монстр, зомби, вампир, паник~, тревожн~ музыка|тишина, =тревога, =тревогу, =тревоги, =тревогой,
        horror, terror, terrified, terrifying, =fear, =fears, scared, scary, nightmare, creepy, monster, zombie, vampire, panic, =dread, eerie, frightened, frightening, sinister,
        =склеп, =склепа, =склепе, в холодном поту, холодный пот, дрожит|дрожа|трясется .. от страха, вопль, =вопли, мертвец~, жутко, shriek, shadowy figure, drenched|bathed in sweat, trembl~ .. fear|terror, cold fingers, undead, lurks|lurking, ominous, =chilling,
        столбене~, оцепене~, =боится .. темноты|чудовищ, трясется .. от ужаса, freezes in|with fear|terror`,
      moderate: `кричит|кричат|закричала|вопит|визжит .. ужаса|ужасе|страха, в ужасе, от ужаса, леденящ~, цепене~ .. ужаса|страха, охваченн~ ужасом, нечеловеческий крик|вопль|вой, душераздира~, обезображен~, когтист~ лап~,
        scream|screams|screaming|shrieks .. terror|horror|fear, in terror|horror, blood curdling, inhuman scream|howl|shriek, bloodcurdling, disfigured face, petrified with|by,
        глаз нет, вместо глаз, пустые глазницы, без лица, скрежет .. когт~, empty eye sockets, no eyes, faceless, claws .. drag|scratch|reach, hand .. bursts|reaches .. grave|ground|coffin`,
      severe: `обезображенн~ .. лицо|труп|тело .. ужас~, вопль ужаса .. кровь, screams .. horror .. blood`,
      not: `воздушная|учебная|пожарная тревога|тревогу, какой|ужас какой, до ужаса, ужас как, фильм~ ужасов, без страха и упрека, страх потерять, чудовищн~ ошибка|цена|усталость|акцент, чудовищно, кошмарн~ вкус|погода, monster truck|trucks|hit, cookie monster, never fear, fear not, horror film|films|movie|movies, for fear of waking, panic button,
        shriek~ .. laughter|delight|joy, вопль~|вопли .. радости|восторга|болельщик~, жутко .. интересн~|рад|голод~|красив~|устал~|смешн~`,
    },
  },
  {
    category: 'Мистика / демоны / потустороннее',
    terms: {
      mild: `демон, =демоны, =демоном, демоническ~, дьявол~, сатан~, призрак, привиден~, злой|злые|злых дух|духи|духов, духи предков, потусторонн~, =бес, =беса, =бесы, =бесов, спиритическ~, =медиум, полтергейст~, =проклятие, =проклятия, =проклятья, =проклятье, ритуал~, оборотень, =оборотни, упыр~, нечист~ сила|силой, загробн~, мистич~, домовой, =леший, =лешего, =лешие,
        demon, =devil, =devils, satan~, =ghost, =ghosts, evil spirit, =curse, =cursed, ritual, werewolf, haunted, supernatural, =afterlife, medium .. spirits, seance, poltergeist, spooky,
        склеп, гробниц~, воскре~ .. мертв~, восста~ из мертвых, забытом|древнем|неведомом .. языке .. шепч~|чита~|произнос~, пророчеств~, вещий сон, =нежить, вурдалак, кикимора, водяной .. болот~, русалк~, incantation, undead, =crypt, forgotten|ancient tongue|language, resurrect~, prophecy, dark forces, rises from .. grave|dead, banshee, paranormal`,
      moderate: `оккульт~, экзорц~, одержим~ .. демон~|бес~|дьявол~|дух~, вызыва~|вызвать|вызвал .. духа|духов|демона|дьявола, пентаграмм~, исчад~ .. ад|ада, occult~, exorcis~, possessed by, summon~ .. demon|demons|spirit|spirits|devil|dead, pentagram`,
      severe: `человеческ~ жертв~, жертвоприношен~, сатанинск~, черная месса, продал|продать|продает .. душу .. дьяволу, human|blood sacrifice, satanic ritual|mass, black mass`,
      not: `speak of the devil, devil's advocate, poor|lucky|handsome devil, devil in the details, ghost town|writer|ghostwriter, ghost of a smile, pale|white as a ghost, ритуал~ .. чаепития|утренний|чай|кофе, утренний ритуал, morning|bedtime|coffee|tea ritual, дьявольски .. красив~|вкусн~|устал~, призрак~ надежд~,
        бес попутал, бес в ребро`,
    },
  },
  {
    category: 'Магия / колдовство',
    terms: {
      mild: `=магия, =магии, =магией, =магию, магическ~, =маг, =маги, =мага, =магом, волшеб~, колду~, колдов~, ведьм~, заклинани~, заклят~, чароде~, =чары, =зелье, =зелья, =зельем, ворож~, гадалка, гадани~, шаман, приворот~, =фея, =феи, =фею, =феей,
        =magic, =magical, magician, =witch, =witches, witchcraft, wizard, cast|casts|casting .. spell, magic spell, sorcer~, enchanted, potion, warlock, =fairy, =fairies, crystal ball, fortune teller`,
      moderate: `черн~ магия|магии|магией|магию, магия крови, наводит|навела|навел|наслал~ .. порчу|порча|сглаз, некромант~, колдовской обряд, black|dark magic, voodoo, necromanc~, hexed, cursed her|him|them`,
      not: `охот~ на ведьм, witch hunt, волшебн~ .. слово|вечер|вкус|ночь|аромат|голос, =волшебно, magic marker|moment|number|word|wand massager|touch, fairy lights|godmother cake, enchanted to meet`,
    },
  },
  {
    category: 'Саморазрушение / вред себе',
    terms: {
      mild: `анорекси~, булими~, anorexi~, bulimi~`,
      moderate: `самоповрежд~, селфхарм~, самоистяз~, шрам~|порез~ .. запястье|запястьях|запястья|руках, бьется головой о|об стену, мори~ себя голодом, self harm|harming|mutilation, scars|cuts .. on .. wrists|wrist|forearms, starves|starving herself|himself|myself`,
      severe: `реж~|порезал~|резал~ .. себя|себе .. руки|руку|запястья|лезвием|бритвой, режет себя, лезви~ .. по запястью|коже, прижига~ .. себе|сигаретой .. руку|кожу, cut|cuts|cutting herself|himself|myself|themselves, razor .. across .. wrist|arm|skin, burns herself|himself with`,
      not: `порезал~ себе палец, cuts|cut himself|herself shaving, cut|cuts|cutting herself|himself .. slice|piece|off`,
    },
  },
  {
    category: 'Психические расстройства',
    terms: {
      mild: `психиатр~, паранои~, параной~, фобия, =фобии, депресс~, галлюцин~, безум~, сумасшедш~, сход~|сошел|сошла с ума, психбольниц~, дурдом, аутис~, биполярн~, нервный срыв, психическ~ расстройств~|болезн~, невроз~,
        psychiatr~, paranoi~, phobia, depression, depressed, hallucinat~, insane, insanity, mental illness|hospital|breakdown|asylum|institution, bipolar, autis~, nervous breakdown, =madness, lunatic,
        биполярк~, паническ~ атак~, психушк~, шиза, невменя~, mental health, panic attack|attacks, therapist, psych ward`,
      moderate: `психоз~, шизофрен~, психопат~, голоса .. в голове|голова|моей голове, раздвоени~ личности, смирительн~ рубашк~, psychosis, psychotic, schizophren~, psychopath~, voices in .. head, split personality, straitjacket`,
      not: `великая|экономическая депрессия, =безумно, сумасшедш~ .. скорость|цена|цены|деньги|день|гонка, с ума сойти, безумн~ .. идея|красота|день|чаепитие|вечеринка, insane price|prices|deal|traffic, economic|great|tropical depression, method to .. madness, march madness`,
    },
  },
  {
    category: 'Философские / экзистенциальные темы',
    terms: {
      mild: `смысл жизни|существования|бытия, зачем мы живем, для чего мы живем, жизнь бессмысленна, бессмысленность жизни|существования, экзистенц~, есть ли бог, жизнь после смерти, мы все умрем, все мы смертны|умрем, бренность, небытие, =небытия, быть или не быть, что после смерти,
        meaning|purpose of life|existence, existential~, life after death, nothing matters, we all die, point of living, point of life, =mortality, oblivion, why are we here`,
      moderate: `жить незачем, нет смысла жить, все бессмысленно, жизнь не имеет смысла, life is meaningless, no reason to live, life has no meaning, no point in living`,
    },
  },
  {
    category: 'Медицинские процедуры',
    terms: {
      mild: `=укол, =уколы, =укола, =уколов, шприц, операционн~ стол~|сестр~|операционная, в операционной, хирург~, дела~|сдела~|после|во время .. операции|операцию|операция, оперирует|оперируют|прооперир~, капельниц~, наркоз~, реанимац~, прививк~, инъекц~, накладыва~ .. швы|шов, дефибриллятор~, переливание крови,
        injection, syringe, surgery, surgeon, anesthe~, operating room|table|theater, vaccin~, transfusion, stitches, =iv drip, defibrillat~, chemotherapy,
        скорая помощь, скорую .. вызов~, носилки, искусственное дыхание, массаж сердца, рентген~, томограф~, gurney, gauze, =cpr, emergency room, paramedic, intensive care, x ray, biopsy, icu`,
      moderate: `скальпел~, аборт~, ампут~, =вскрытие, =вскрытия, зашива~ .. рану|рана, трепанац~, трубк~ .. в горло, патологоанатом~, scalpel, abortion, amputat~, autopsy, cuts|cut open .. chest|patient|skull, intubat~`,
      severe: `разреза~ .. грудь|живот|кожу|грудную|череп, пил~ .. кость|кости, вынима~ .. сердце|органы, saws .. bone|skull, harvest~ .. organs, without anesthesia`,
      not: `укол совести|ревности|зависти|шпаги, кондитерск~ шприц, in stitches, cross stitch~, after .. военной операции, банковск~ операц~, вскрытие .. конверта|сейфа`,
    },
  },
];
