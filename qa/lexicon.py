"""Word lists of news English that the check compares with: data, no code.

Each list is small on purpose. A synonym is listed only where swapping the words keeps a news sentence true, for a wrong
pair here lets a wrong sentence pass.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOPWORDS = _words(
    """a an the this that these those it its it's he him his she her hers they them their theirs we us our you
    your i me my and or but so nor yet if then than as at by for from in into of off on onto out over to up with
    within without about after again against all also am any are around be because been before being between
    both can could did do does doing done down during each either else even ever every few had has have having
    here how however just like may might more most much must neither no none not now once only other others own
    per rather s same shall should since some such t there therefore though through thus till too toward towards
    under until upon very via was were what when where whether which while who whom whose why will would yes
    one's who's there's that's he's she's isn't aren't wasn't weren't don't doesn't didn't won't wouldn't can't
    cannot couldn't shouldn't mustn't hasn't haven't hadn't ain't i'm i've we're we've they're you're mr mrs ms
    dr sir amid among along across despite according said is due sum amount total
    based provided information formally officially approximately roughly"""
)

NUMBER_WORDS = _words(
    """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million
    millions billion billions trillion trillions dozen dozens half"""
)

COMMON = _words(
    """say tell add state note new first last next year month week day time people man woman make take get go
    come see know give use find become show part number group place way thing report call include also many two
    one three well back still long old great high large small big early late several currently later former own
    set work world country city start begin happen hold announc accord between including today yesterday
    tomorrow made"""
)
"""Words so frequent in news that sharing one says little (stems count too)."""

ABBREVIATIONS = {
    "u.s.": "us-country", "u.s.a.": "us-country", "usa": "us-country",
    "u.s": "us-country", "u.k": "uk", "u.n": "un", "u.k.": "uk", "u.n.": "un", "e.u.": "eu",
    "govt": "government", "pres": "president", "prez": "president", "sen": "senator", "sens": "senators",
    "gov": "governor", "rep": "representative", "fm": "minister", "pm": "minister", "dept": "department",
    "corp": "corporation", "intl": "international", "vs": "versus", "v": "versus",
    "percent": "percent", "pct": "percent", "km": "kilometre", "kms": "kilometre", "mph": "miles-an-hour",
    "jan": "january", "feb": "february", "apr": "april", "aug": "august", "sept": "september", "sep": "september",
    "oct": "october", "nov": "november", "dec": "december",
}  # fmt: skip

IRREGULAR = {
    form: base
    for base, forms in {
        "agree": "agreed agrees agreeing agreement agreements", "free": "freed frees freeing", "beat": "beaten",
        "go": "went gone", "say": "said says", "win": "won", "lose": "lost", "begin": "began begun",
        "take": "took taken", "hold": "held", "meet": "met",
        "shoot": "shot", "fall": "fell fallen", "rise": "rose risen", "leave": "left",
        "sell": "sold", "buy": "bought", "tell": "told", "make": "made", "build": "built", "lead": "led",
        "become": "became", "give": "gave given", "find": "found", "think": "thought", "bring": "brought",
        "keep": "kept", "pay": "paid", "send": "sent", "spend": "spent", "fight": "fought", "strike": "struck",
        "speak": "spoke spoken", "write": "wrote written", "steal": "stole stolen", "choose": "chose chosen",
        "draw": "drew drawn", "fly": "flew flown", "grow": "grew grown", "know": "knew known", "show": "shown",
        "throw": "threw thrown", "wear": "wore worn", "break": "broke broken", "drive": "drove driven",
        "run": "ran", "sing": "sang sung", "sink": "sank sunk", "swim": "swam swum", "teach": "taught",
        "catch": "caught", "seek": "sought", "die": "died dies dying", "tie": "tied tying", "lie": "lying",
        "deny": "denied denies denial", "mean": "meant", "sit": "sat", "stand": "stood", "understand": "understood",
        "feed": "fed", "flee": "fled", "hear": "heard", "lay": "laid", "get": "got gotten", "come": "came",
        "see": "saw seen", "do": "did done", "have": "had has", "be": "is are was were been", "eat": "ate eaten",
        "forget": "forgot forgotten", "hide": "hid hidden", "ride": "rode ridden", "shake": "shook shaken",
        "swear": "swore sworn", "wake": "woke woken", "withdraw": "withdrew withdrawn withdrawal", "bear": "bore borne",
        "undergo": "underwent undergone", "overthrow": "overthrew overthrown", "man": "men", "woman": "women",
        "child": "children", "person": "people", "foot": "feet", "life": "lives", "wife": "wives", "stop": "stopped",
        "arrive": "arrival", "approve": "approval", "propose": "proposal proposals", "refuse": "refusal",
        "fail": "failure failures", "depart": "departure", "sign": "signature", "marry": "marriage married",
        "decide": "decision decisions", "invade": "invasion", "succeed": "success",
        "explode": "explosion explosions", "expand": "expansion", "extend": "extension", "permit": "permission",
        "collide": "collision", "conclude": "conclusion",
        "metre": "meters meter metres", "centre": "center", "defence": "defense", "organisation": "organization",
        "organisations": "organizations", "labour": "labor", "programme": "program", "color": "colour",
    }.items()
    for form in forms.split()
}  # fmt: skip

PAST_FORMS = frozenset(
    form
    for form in IRREGULAR
    if not form.endswith(("s", "ing", "al", "ion", "ure", "age", "re", "er", "or"))
    and form not in ("people", "men", "women", "children", "feet", "is", "are", "come", "program", "colour", "success")
)
"""Irregular past tenses and participles."""

DEMONYMS = {
    demonym: country
    for country, demonyms in {
        "russia": "russian russians", "ukraine": "ukrainian ukrainians",
        "us-country": "american americans america us-country", "britain": "british briton britons",
        "france": "french",
        "germany": "german germans",
        "italy": "italian italians", "spain": "spanish spaniard spaniards", "china": "chinese", "japan": "japanese",
        "turkey": "turkish turks turkiye", "israel": "israeli israelis", "palestine": "palestinian palestinians",
        "iran": "iranian iranians", "iraq": "iraqi iraqis", "syria": "syrian syrians", "egypt": "egyptian egyptians",
        "india": "indian indians", "pakistan": "pakistani pakistanis", "serbia": "serbian serbians serb serbs",
        "poland": "polish", "sweden": "swedish", "norway": "norwegian", "denmark": "danish", "finland": "finnish",
        "netherlands": "dutch", "belgium": "belgian", "switzerland": "swiss", "greece": "greek greeks",
        "ireland": "irish", "scotland": "scottish", "wales": "welsh", "canada": "canadian canadians",
        "mexico": "mexican mexicans", "brazil": "brazilian brazilians", "argentina": "argentine argentinian",
        "australia": "australian australians", "korea": "korean koreans", "vietnam": "vietnamese", "thailand": "thai",
        "indonesia": "indonesian", "philippines": "filipino filipinos philippine", "saudi": "saudis",
        "hungary": "hungarian", "austria": "austrian", "portugal": "portuguese", "romania": "romanian",
        "africa": "african africans", "europe": "european europeans", "asia": "asian", "afghanistan": "afghan afghans",
        "lebanon": "lebanese", "libya": "libyan", "belarus": "belarusian", "georgia": "georgian", "cuba": "cuban",
        "taiwan": "taiwanese", "nigeria": "nigerian", "kenya": "kenyan", "ethiopia": "ethiopian", "yemen": "yemeni",
        "venezuela": "venezuelan", "chile": "chilean", "colombia": "colombian", "peru": "peruvian",
    }.items()
    for demonym in demonyms.split()
}  # fmt: skip

REPORTING = _words(
    """say tell add state note claim argue assert declare announce explain insist stress warn reiterate remark
    report reveal confirm acknowledge admit concede contend suggest tweet write post comment observe maintain
    mention predict believe think estimate allege deny dispute accuse vow promise pledge describe caution inform
    testify recall joke reply respond quote indicate"""
)
"""Verbs (base form) that report what somebody says or holds."""

PHRASAL = {
    ("lift", "off"): "launch", ("blast", "off"): "launch", ("sit", "down"): "meet",
    ("turn", "down"): "reject", ("put", "off"): "postpone", ("push", "back"): "postpone", ("call", "off"): "cancel",
    ("go", "down"): "sink", ("step", "down"): "resign", ("shut", "down"): "close", ("blow", "up"): "explode",
    ("bring", "forward"): "advance", ("lay", "off"): "dismiss", ("set", "up"): "found", ("hand", "over"): "transfer",
}  # fmt: skip
"""A verb and its particle as one verb: its stem, in place of the bare verb's."""

SYNONYMS = (
    "say tell state add note declare remark announce explain stress claim mention comment report reveal",
    "talks talk negotiation negotiations discussions meeting summit",
    "meet meeting met talks",
    "start begin commence launch restart resume open kick-off",
    "happen occur held hold place start",
    "kill dead die death deaths fatality fatalities died slain",
    "injure injured wound wounded hurt injuries",
    "win won victory beat defeat defeated beaten triumph winner",
    "lose lost defeat loss",
    "buy bought purchase acquire acquisition takeover",
    "resign resignation quit",
    "fire fired sack sacked dismiss dismissed",
    "hire hired appoint appointed named name",
    "rise rose increase grow climb jump surge soar rises up",
    "fall fell drop decline decrease plunge slump tumble down",
    "cut reduce reduction lower slash",
    "arrest arrested detain detained custody",
    "lawsuit sue sued suit",
    "movie film", "car vehicle automobile", "doctor medic physician", "company firm corporation",
    "spokesperson spokesman spokeswoman", "leader head chief", "police officers", "teenager teen",
    "photo photograph picture image", "kid child children", "award prize", "job post position role", "big large huge",
    "begin debut", "attack assault strike", "blast explosion", "shooting gunfire", "weapon arms", "gun firearm",
    "invasion invade", "ship vessel boat", "plane aircraft jet airplane", "storm hurricane",
    "quake earthquake", "illegal unlawful", "help aid assist assistance", "plan intend plans planned",
    "agree agreement deal accord pact", "sign signed", "approve approved pass passed approval adopt",
    "vote ballot", "election poll elections", "postpone delay delayed put-off", "cancel cancelled scrap scrapped",
    "end finish conclude ended", "release released publish issue", "allow permit", "ban prohibit forbid bar",
    "child son", "child daughter", "wife spouse", "husband spouse", "home house", "town city", "biggest largest",
    "million millions", "billion billions", "percent per-cent %", "costs cost price", "worker employee staff",
    "student pupil", "university college", "match game", "goal goals", "team side club squad",
    "country nation", "law legislation", "court judge", "guilty convicted", "sentence sentenced jailed jail prison",
    "money funds", "wed marry wedding married", "born birth", "show series", "song single track", "author writer",
    "refuse reject decline turn-down", "visit trip", "attend attended", "study research", "vaccine shot jab",
    "coronavirus covid-19 covid", "leave depart left", "reach arrive", "demand ask call urge",
    "protest demonstration rally", "crash collision", "probe investigation inquiry investigate", "earn earned awarded",
    "locate based headquartered", "underground ground", "whole entire", "require need", "raise rise",
    "eat ate eaten consume devour", "catch caught capture captured", "seize seized confiscate", "see witness",
    "rescue save saved", "destroy destroyed demolish level", "damage damaged", "flee escape", "steal rob theft",
    "build construct built", "create make made produce", "speak talk address", "praise hail laud", "slam criticise"
    " criticize condemn denounce", "back support endorse", "oppose object", "order command instruct", "urge press",
    "choose pick select", "elect elected election", "name appoint", "fund finance", "spend spent", "donate give gave",
    "receive get got", "join joined", "merge merger", "close shut", "extend prolong", "expand grow", "shrink contract",
    "replace succeed successor", "return come", "land arrive", "travel go went", "strike hit", "storm tempest",
    "flood flooding", "blaze fire wildfire", "murder kill homicide", "murderer killer", "victim casualty",
    "soldier troops serviceman", "army military forces", "legislator lawmaker", "parliament legislature",
    "prime-minister premier", "billionaire tycoon", "singer musician", "footballer player", "race contest",
    "hearing trial", "verdict ruling", "rule ruling ruled", "charge charged indict indicted", "suspect accused",
    "fine fined penalty", "lay-off redundancy", "salary wage pay", "rent lease", "loan credit", "aid relief",
    "refugee migrant", "border frontier", "treaty pact agreement", "truce ceasefire", "sanction sanctions",
    "missile rocket", "drone uav", "space orbit", "outbreak epidemic", "disease illness", "hospital clinic",
    "drug medicine medication", "tv television", "phone smartphone", "internet web online", "app application",
)  # fmt: skip

ANTONYMS = (
    ("rise rose increase grow climb jump surge soar gain up raise", "fall fell drop decline decrease plunge slump "
     "tumble cut reduce lower down lose"),
    ("win won beat victory", "lose lost loss"),
    ("accept approve agree adopt pass back support welcome endorse", "reject refuse deny oppose decline veto dismiss"),
    ("open opened reopen", "close closed shut"),
    ("start begin commence launch resume", "end finish stop halt conclude suspend cease"),
    ("arrive enter join", "leave depart quit exit"),
    ("born birth", "die died death"),
    ("before", "after"), ("north northern", "south southern"), ("east eastern", "west western"),
    ("first", "last"), ("more", "fewer less"), ("most", "least"), ("above", "below"), ("best", "worst"),
    ("largest biggest highest", "smallest lowest"), ("buy bought acquire purchase", "sell sold"),
    ("hire appoint", "fire sack dismiss"), ("guilty convicted convict", "innocent acquitted acquit cleared"),
    ("allow permit legalise legalize", "ban prohibit forbid bar"), ("confirm admit acknowledge", "deny dispute"),
    ("arrest detain", "release free"),
    ("kill dead die died death", "survive survived alive"),
    ("kill killed dead", "injure injured wounded"), ("likely", "unlikely"),
    ("possible", "impossible"), ("safe", "unsafe dangerous"), ("legal", "illegal unlawful"),
    ("male man men", "female woman women"), ("husband", "wife"), ("son", "daughter"), ("brother", "sister"),
    ("father", "mother"), ("remain stay", "leave quit resign"), ("lift", "impose"), ("attack", "defend"),
    ("success succeed", "failure fail"), ("advance", "retreat withdraw"), ("profit", "loss"),
    ("majority", "minority"), ("import", "export"), ("borrow", "lend"), ("hot", "cold"), ("early", "late"),
    ("minimum", "maximum"), ("prime", "deputy"), ("strengthen", "weaken"), ("improve", "worsen"),
)  # fmt: skip
"""Left and right exclude each other when they stand in the same slot of two otherwise like sentences."""
