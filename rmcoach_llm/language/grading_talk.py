"""The words by which text that speaks to a grader is known, in small letters."""

from __future__ import annotations

from rmcoach_llm.language.disguises import LOOK_ALIKES
from rmcoach_llm.language.pattern import Regex

_GRADER = (
    r"(?:(?:the |an? |my |dear |hey |hi |hello |attention |to |ai |llm |automated ){0,4}"
    r"(?:evaluators?|graders?|judge(?:s| model)?|assessors?|scorers?|examiners?|raters?|markers?"
    r"|(?:scoring|grading|evaluation|assessment|judging) (?:model|system|engine|bot|ai|assistant|llm|tool|module)"
    r"|(?:ai|language|llm) (?:model|judge|grader|evaluator|reviewer|assistant)))"
)
_TOP = r"(?:full|top|max(?:imum)?|perfect|highest|best(?: possible)?|excellent|high|outstanding)"
_MARK = r"(?:marks?|scores?|points?|grades?|ratings?|credit)"
_GIVE = (
    r"(?:give|award|assign|grant|score|rate|grade|mark|output|return|print|report|record|set|enter|put|respond with"
    r"|answer(?: with)?|write|use|apply)"
)
_EARN = r"(?:deserves?|earn(?:s|ed)?|receives?|gets?|is worth|merits?)"
_OTHERS = (
    r"(?! (?:that|which|of|from|for|behind|in|at) (?!you\b|this\b|the (?:talk|trainee|above)\b))"
)
"""What follows makes it another's rubric, rationale or examiner, not that of this talk."""
_FIVE = r"(?:5(?:\.0)?(?: ?/ ?5)?|five|10(?: ?/ ?10)?|ten|100 ?%?|1|one|zero|0|nan|null|a\+|[45]s|fives)"
_BEST = r"(?:5(?: ?/ ?5)?|five|10(?: ?/ ?10)?|100 ?%)"
_GRADE = r"(?:award|score|rate|grade|mark|output|return|print)"
_WHOM = r"(?:me |him |her |them |it |this |an? |the |trainee |conversation |transcript |please |as |at least |overall |only ){0,6}"
_EVERYWHERE = (
    r"(?:for|on|to|in|across|throughout)? ?(?:all|every|each|everything|everywhere|throughout|the board"
    r"|(?:the )?(?:\w+ )?criteri(?:a|on)|overall|dimensions?|rubrics?|categor(?:y|ies))"
)

ADDRESS: tuple[Regex, ...] = tuple(
    Regex(pattern)
    for pattern in (
        # Spoken to: "evaluator:", "note to the grader", "as the judge, you must".
        rf"^\W*(?:\[[^\]]{{0,12}}m)?{_GRADER}(?: (?:instructions?|notes?|message|override|directive|please)){{0,3}}(?: ?,? ?continued)? ?[:,!\u2014-]",
        rf"^\W*{_GRADER} (?:instructions?|override|directive|note)\b",
        rf"\b(?:notes?|messages?|instructions?|hints?|reminders?|memo|attention|request|information|guidance) (?:to|for) {_GRADER}\b{_OTHERS}",
        rf"\b{_GRADER} (?:must|should|shall|needs? to|has to|have to|is (?:instructed|told|asked|required) to|please) (?:now )?(?:{_GIVE}|ignore|disregard|consider|treat|skip)\b",
        rf"\b(?:you are|you're|as|acting as) (?:now )?(?:an? |the )?(?:\w+ )?{_GRADER}\b[^.]{{0,60}}\b{_MARK}\b",
        r"\bif you are (?:an? )?(?:ai|llm|language model|model|grading|scoring|evaluating|assessing|reading this)\b",
        # Orders about the rules.
        r"\b(?:ignore|disregard|forget|override|overrule|bypass|skip|drop|suspend|discard)\b[^.!?]{0,30}\b(?:(?:rubrics?|criteri(?:a|on)|scoring|grading)\b(?! (?:that|which|of|from|for) (?!you\b|this\b))|(?:previous|prior|above|earlier|all|system|your|original|judge) (?:\w+ )?(?:instructions?|prompts?|rules?|guidelines?|text))\b",
        r"\b(?:do not|don't|never|must not|should not|without) (?:penali[sz]\w+|deduct\w*|dock\w*|mark\w* (?:me |them |it |this |the trainee )?down|lower\w* (?:the|my|any) (?:score|mark|grade)s?)\b",
        r"\b(?:new|updated?|revised|final|corrected|real|actual|official|hidden|secret) (?:scoring |grading |evaluation |assessment )?rubrics?\b(?! (?:of|for|that|from) (?!this\b))",
        r"\brubrics? ?(?:v ?\d|version|update|change|override|supersed\w*|is (?:now )?(?:void|obsolete|replaced)|above|below|no longer)\b",
        r"\b(?:scoring|grading|marking|rating|evaluation) (?:keys?|scales?|notes?|rules?|guides?|guidelines?|instructions?|schemes?|overrides?)\b(?:[^.!?]{0,40}(?:\d ?=|=|:)|[^.!?]{0,40}\b(?:apply|use|reversed|inverted)\b)",
        r"\b(?:instructor|admin|grader|evaluator|score|rubric|system|teacher|trainer|judge)[_ -]overrides?\b",
        r"\bbe (?:strict|lenient|generous|harsh|kind|merciful|severe)\b(?: with (?:me|them|him|her|this)|$|[.!,])",
        # Marks that are asked for or announced.
        rf"\b{_GIVE}\b[^.!?]{{0,50}}\b{_TOP} (?:possible )?{_MARK}(?=\W*$|[.,;!?]| (?:on|to|in|across|everywhere|throughout|please|and|if)\b| for (?:all|every|each|this|the trainee|me|it)\b)",
        rf"^(?!\W*(?:which|who|what|how|why|does|do|did|when|where)\b)[^.!?]*\b{_EARN}\b[^.!?]{{0,50}}\b{_TOP} (?:possible )?{_MARK}(?=\W*$|[.,;!?]| (?:on|to|in|across|everywhere|throughout|please|and|if)\b| for (?:all|every|each|this|the trainee|me|it)\b)",
        r"\b(?:full|maximum|perfect) (?:marks|score)(?=\W*$|[.,;!?]| (?:on|across|everywhere|throughout|please)\b| for (?:all|every|each|this|the trainee|me)\b)",
        rf"\b(?:i|we) (?:clearly |really |certainly )?(?:deserve|should (?:get|receive)|have earned) (?:an? |the )?(?:{_FIVE}|{_TOP} {_MARK})\b",
        rf"\b(?:scores?|grad(?:e|ing)s?|marks?|rating|evaluation|verdict)\b[^.!?]{{0,25}} (?:should|must|shall|has to|needs to) be (?:an? )?(?:{_FIVE}|{_TOP})\b",
        r"\b(?:score|overall|grade|rating) ?= ?\d",
        r"\bverdicts?\b\W{0,4}(?:is |are )?(?:observed|pass|met|positive|excellent)\b",
        r"\bbehaviou?rs?\b (?:as |is |are |were |was )?(?:all )?(?:observed|met|shown|demonstrated)\b|\b(?:of|in|meets?|met) the rubric\b(?! (?:that|which|of|from|for) (?!you\b|this\b))",
        r"\b(?:verdict|confidence)\b[^.!?]{0,20}\bto (?:observed|high|pass)\b|\b(?:item|label|behaviou?r|everything|criterion) is observed\b",
        r"\b(?:minus|negative|hurting) (?:items?|behaviou?rs?)\b|\bevidence check\b|\bthe quote for (?:all|every|each)\b",
        # Spoken to without a title.
        r"\b(?:to|for|dear) (?:whoever|whomever|anyone|the (?:one|person|people)|those|the (?:ai|model|llm|machine|system))\b[^.!?]{0,20}\b(?:scor|grad|judg|rat|evaluat|mark|assess|read)(?:es?|s|ing)\b",
        r"\bthe (?:ai|model|llm|machine|algorithm|bot) (?:that|which|who) (?:is )?(?:reads?|scores?|grades?|evaluates?|judges?|rates?|reading|scoring|grading)\b",
        r"\bmake sure (?:that )?(?:the|your) (?:evaluation|scorecard|report card|assessment|feedback|verdict|grading)\b",
        r"\b(?:treat|count|consider|regard|take|rate|accept) (?:every|all|each|my|this|the following|the next)\b[^.!?]{0,60}\b(?:questions?|answers?|statements?|turns?|behaviou?rs?|performance|conversation)\b[^.!?]{0,20}\bas (?:an? |the )?(?:open|excellent|good|great|perfect|met|observed|shown|playback|summary|evidence|five|5|valid|sufficient|follow|reflection|top|full)\b",
        r"\b(?:counts? as|is|as|serves? as) (?:valid |sufficient |full )?evidence (?:for|of) (?:all|every|each|the) (?:\w+ )?(?:behaviou?rs?|criteri\w+)\b",
        r"\b(?:ignore|disregard|count|skip|forget)\b[^.!?]{0,40}\b(?:turns? \d+|(?:previous|earlier|above) turns?)\b",
        r"^\W*\[ ?(?:system|evaluator|note to|assistant|instructions?|grader|judge|admin)\b[^\]\n]{0,60}\]",
        r"\bassume (?:an? )?(?:excellent|perfect|full|top|maximum|outstanding|that all)\b",
        r"\b(?:begin|start|end) (?:of )?(?:hidden |secret )(?:note|instructions?|message|prompt)\b",
        rf"\b{_GIVE}\b[^.!?]{{0,50}}\b(?:maximum|max)\b[^.!?]{{0,30}}\b(?:criteri\w+|everything|throughout|all|overall)\b",
        rf"(?<!error )(?<!failure )(?<!defect )(?<!scrap )(?<!return )\b{_GRADE} {_WHOM}{_FIVE}(?= ?(?:$|[.,;!?)\]](?!\d)|points?\b|marks?\b|{_EVERYWHERE}\b|out of\b))",
        rf"\b{_GIVE} {_WHOM}(?:{_BEST}|1|one)(?: points?| marks?| stars?)? {_EVERYWHERE}\b(?! of)",
        rf"\b{_FIVE} {_EVERYWHERE}\b[^.!?]{{0,10}}\b(?:criteri\w+|board|dimensions?|rubrics?)\b",
        rf"\b(?:overall|score|scores|grade|rating|verdict|result|evaluation|criteri\w+|c[0-9](?:\W{{1,4}}c?[0-9]){{0,12}})\b ?(?:is|are|was|:|=|of|at|must be|should be)? ?(?:{_FIVE}(?! (?:days?|weeks?|hours?|minutes?|months?|years?|people|percent))(?= ?(?:$|[.,;!?)\]]|{_EVERYWHERE}\b|if\b|on\b))|excellent\b|outstanding\b|perfect\b|pass(?:ed)?\b)",
        r"\b(?:5 ?/ ?5|10 ?/ ?10|100 ?/ ?100|five out of five|ten out of ten|10 out of 10|5 out of 5|100 out of 100)(?= ?(?:$|[.,;!?)\]]| on\b| for (?:all|every|each|the)\b| throughout| across| overall| everywhere))",
        r"\bc[0-9]\b[^.!?]{0,60}\b(?:c[0-9]|score[ds]?|met|award|give|not applicable|fulfilled|full|pass)\b",
        r"\b(?:score|award|give|met)\b[^.!?]{0,30}\bc[0-9]\b",
        r"\bcriteri(?:a|on)\b(?: ?\d[\d -]{0,6})? ?[:=]? ?(?:fully |all |were |was |are |is |have been |has been |now ){0,4}(?:met|satisfied|fulfilled|passed|achieved|complete)\b(?![^.!]*\?)(?! (?:before|by|when|if)\b)",
        r"\b(?:all|every|each|the|both) (?:\w+ )?(?:criteri(?:a|on)|behaviou?rs?)\b(?! of the (?!rubric))(?![^.!]*\?)[^.!?]{0,30}\b(?:met|maximum|observed|satisfied|fulfilled|full|pass(?:ed)?|score[ds]?)\b",
        r"\b(?:final|overall|official) (?:evaluation|assessment|verdict|grade|score|rating|mark)\b ?(?:is|:|=)",
        r"^\W*(?:the )?evaluation (?:is )?(?:complete|finished|over|closed|done)[.!]*\W*$",
        # Third person about the one who is speaking.
        r"\b(?:the|this|our|above) (?:above )?(?:trainee|interviewer|candidate|participant|learner)(?:'s)? (?:clearly |fully |has |have |had |should |must |also |really |just |already |successfully ){0,4}(?:quantified|satisfied|covered|fulfilled|demonstrat\w+|uncovered|cheat\w*|deserv\w+|met|elicited|summari[sz]ed|excelled|pass(?:ed)?\b[.,!]?$|fail(?:ed)?\b|be (?:given|awarded|graded|scored|passed|failed|rated)|receive|get|earn|was (?:rude|lazy|excellent|perfect|outstanding|brilliant|terrible|awful)|performance|performed|asked (?:open|great|excellent|good)|show(?:ed|n)\b)",
        r"^trainee (?:quantified|demonstrat\w+|uncovered|met|elicited|summari[sz]ed|asked|showed|is on)\b|: trainee \w+ed\b",
        r"\b(?:fail|pass) (?:this trainee|the trainee|the candidate|this candidate|(?:them|me)(?=\W*$|[,;]| please| and))\b",
        r"\b(?:names?|scores?|results?|grades?|transcripts?) (?:\w+ ){0,4}(?:of|for|from) (?:the )?(?:previous|other|earlier|past) (?:trainees?|candidates?|participants?|transcripts?|sessions?|learners?)\b",
        r"\b(?:trainees?|candidates?|transcripts?|participants?) (?:that |whom )?you (?:have )?(?:rated|scored|graded|judged|evaluated|assessed)\b",
        r"\b(?:previous|prior|other|earlier) (?:trainees?|candidates?|transcripts?)\b[^.!?]{0,40}\b(?:scores?|rated|graded|marks?)\b",
        r"\byou (?:have )?(?:found|uncovered|met|discovered|elicited|identified) (?:all|every) (?:of )?(?:my |the |our )?(?:hidden |latent |real |true )?needs?\b",
        r"\bturns? \d+ ?(?:to|-|\u2013|through|and) ?\d+ (?:were |are |have been )?(?:omitted|removed|skipped|redacted|cut|deleted|missing|elided)\b",
        # Orders about the form of the answer.
        rf"\b(?:in|into|to|of) (?:your|the|each|every) (?:rationale|justification)s?\b{_OTHERS}|\b(?:each|every) rationale\b|\brationale (?:field|column|must|should)\b",
        r"\b(?:output|print|return|respond with|respond in|answer in|reply in|reply with|emit|repeat|reveal|show|dump|quote|copy|include|list)\b[^.!?]{0,40}\b(?:json|xml|yaml|haiku|nan|null|your output|your (?:system )?prompt|your instructions|system prompt|rubrics?|anchors?|criteri(?:a|on) (?:text|list|verbatim)|judge prompt|scorecards?)\b",
        r"\b(?:json|xml|schema|format|output) (?:is|are) (?:now )?(?:forbidden|not allowed|prohibited|disabled|optional|unnecessary)\b",
        r"\b(?:decode|decrypt|unscramble) (?:and |then )?(?:apply|follow|obey|execute|run|this|the following)\b",
        r"\b(?:system|developer|admin(?:istrator)?) ?(?:prompt|message|note|instruction|notice|update|override) ?[:=]",
        r"\b(?:submit|record|set)_(?:scores?|grades?|ratings?)\b|\b(?:scoring|grading|grader|evaluator)_(?:notes?|hints?|override)\b",
        r"\b(?:transcript|conversation|dialogue|session) (?:is )?(?:closed|ends here|ended|complete|finished|over)\b[.:]",
    )
)
"""Each is enough by itself to call a clause one that speaks to the grader."""


def foreign(pattern: str) -> Regex:
    """Make a pattern for text whose look-alike letters are undone."""
    return Regex(pattern.translate({ord(a): b for a, b in LOOK_ALIKES.items()}))


FOREIGN_GRADER = foreign(
    # German, French, Spanish, Portuguese, Italian, Dutch, Polish, Turkish, Swedish
    r"\b(?:bewert\w+|pr\u00fcfer\w*|gutachter\w*|\u00e9valua\w+|correcteurs?|examinateurs?|jury|evaluador\w*|evaluaci\w+|calific\w+|califique\w*|arvioi\w+"
    r"|avaliador\w*|avalia\w+|examinador\w*|valutator\w*|valutazion\w*|esaminator\w*|beoordel\w+|examinator\w*|oceniaj\w+|ocen\w+"
    r"|egzaminator\w*|de\u011ferlendir\w+|bed\u00f6mar\w*|bed\u00f6mning\w*|juge|juez|juiz|giudice|rubrik\w*|r\u00fabrica|rubrique|rubrica)\b"
    # Russian, Ukrainian
    r"|оцен|оцін|экзам|судь|провер|αξιολογητ|βαθμολ|εξεταστ"
    # Chinese, Japanese, Korean
    r"|\u8bc4\u4f30|\u8bc4\u5206|\u8bc4\u5224|\u8bc4\u59d4|\u8a55\u4f30|\u8a55\u5206|\u8003\u5b98|\u8a55\u4fa1|\u63a1\u70b9|\u5be9\u67fb|\ud3c9\uac00|\ucc44\uc810|\uc2ec\uc0ac"
    # Arabic, Hebrew, Persian, Hindi
    r"|\u0645\u0642\u064a\u0651?\u0645|\u062a\u0642\u064a\u064a\u0645|\u0627\u0644\u0645\u0635\u062d\u062d|\u05d1\u05d5\u05d3\u05e7|\u05de\u05e2\u05e8\u05d9\u05da|\u0627\u0631\u0632\u06cc\u0627\u0628|\u092e\u0942\u0932\u094d\u092f\u093e\u0902\u0915|\u092a\u0930\u0940\u0915\u094d\u0937\u0915"
)
"""A grader or grading, in other languages."""

FOREIGN_MARK = foreign(
    r"\b(?:h\u00f6chst\w*|maxim\w+|volle \w+|punkt\w*|punktzahl|note|noten|beste \w+|m[a\u00e1]xim\w+|puntuaci\w+|puntos?|notas?"
    r"|points?|parfaite?|m\u00e9dia|pontos?|pontua\w+|punteggi\w*|voti?|punti|punten|score|cijfer\w*"
    r"|punkty|najwy\u017csz\w+|tam puan|puan\w*|po\u00e4ng|h\u00f6gsta|betyg|5|f\u00fcnf|cinq|cinco|cinque|vijf|pi\u0119\u0107|fem|pisteet|täydet)\b"
    r"|балл|бал\b|максим|высш|пят"
    r"|\u6ee1\u5206|\u6eff\u5206|\u6e80\u70b9|\u6700\u9ad8|\u5206\u6570|\u70b9\u6570|\u4e94\u5206|5\u5206|5\u70b9|\ub9cc\uc810|\ucd5c\uace0|\uc810\uc218|5\uc810"
    r"|\u0627\u0644\u062f\u0631\u062c\u0629|\u062f\u0631\u062c\u0629|\u0627\u0644\u0643\u0627\u0645\u0644|\u05e6\u05d9\u05d5\u05df|\u05de\u05e8\u05d1\u05d9|\u0646\u0645\u0631\u0647|\u0905\u0902\u0915|\u092a\u0942\u0930\u094d\u0923"
)
"""A mark, a criterion or the highest of them, in other languages."""

FOREIGN_TOP_MARK = foreign(
    r"\b(?:höchstnote|bestnoten?|volle punktzahl|maximale punktzahl|notes? maximales?|note la plus (?:haute|élevée)|puntuación máxima"
    r"|máxima puntuación|nota máxima|pontuação máxima|punteggi\w* massim\w+|massim\w+ punteggi\w*|voto massimo|hoogste (?:score|cijfer|punten)|maksymaln\w+ (?:ocen|punkt|not)\w*"
    r"|najwyższ\w+ (?:ocen|not)\w*|tam puan|högsta (?:betyg|poäng))\b"
    r"|высш\w+ балл|максимальн\w+ (?:балл|оценк)|满分|滿分|最高分|満点|만점|الدرجة الكاملة|العلامة الكاملة|ציון מרבי|נקודות מלאות|पूरे अंक|पूर्ण अंक|คะแนนเต็ม|άριστα"
)
"""The highest mark, in other languages: enough by itself."""
