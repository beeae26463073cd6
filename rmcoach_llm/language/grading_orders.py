"""More words by which text that speaks to a grader is known: orders, made-up records, foreign ones.

Each pattern asks for more than a word of grading: suppliers are scored, bids are evaluated and
tests are passed in honest talk too. So most name the talk itself, or what only a grader has.
"""

from __future__ import annotations

from rmcoach_llm.language.grading_talk import foreign
from rmcoach_llm.language.pattern import Regex

_TALK = r"(?:this|the|my|our|above|whole|entire) (?:talk|conversation|transcript|dialogue|session|performance|trainee|interview|role[- ]?play)"
_GRADE = r"(?:scor|grad|rat|evaluat|assess|mark|judg)"
_TOP = r"(?:five|5|full|top|best|highest|lowest|worst|maximum|max|perfect|excellent|minimum|zero)"
_MARK = r"(?:marks?|scores?|grades?|credit|points?|ratings?|results?)"
_VERDICT = r"(?:observed|not[_ ]observed|no[_ ]opportunity)"
_QUOTE = "['\"\u2018\u2019\u201c\u201d]"

ORDERS: tuple[Regex, ...] = tuple(
    Regex(pattern)
    for pattern in (
        # This talk is to be graded so.
        rf"\b(?:score|grade|rate|evaluate|assess|mark|credit) (?:{_TALK}|accordingly|me accordingly|on effort|on intent|generously|leniently|favou?rably|(?:me|this) (?:high|low|up|down a|generous\w*|lenient\w*|kindly|well))\b",
        rf"\b(?:when|while|before|if|as|once) you (?:now |then |finally )?(?:score|grade|evaluate|assess|rate) (?:{_TALK}|(?:this|me)(?=\W*(?:$|[,.;:!?])))",
        rf"\b(?:whoever|whomever|anyone who|somebody who|who(?:m)?soever) (?:now |then )?{_GRADE}(?:es?|s) (?:this|me|you|it|us|{_TALK})\b",
        rf"\bif (?:anyone|anybody|someone|somebody) (?:{_GRADE}(?:es?|s)|reads) (?:this|me|{_TALK})\b",
        rf"\b(?:stop|cease|pause|end) (?:the |your )?{_GRADE}(?:ing|uation|essment|ation)(?= here| now| at this|\W*$)",
        r"\bfor the (?:assessment|evaluation|grading|scoring) (?:that follows|below|to follow|of this (?:talk|conversation))\b",
        r"\byou(?:'re| are) (?:now )?(?:an? |the )?\w*(?:grader|scorer)\b|\bfrom now on,? you(?:'re| are)\b[^.!?]{0,40}\b(?:judge|evaluator|examiner|assessor|grader)",
        r"\byou(?:'re| are) (?:now )?(?:an? |the )?(?:\w+ )?(?:judge|evaluator|examiner|assessor) (?:who|that|which) (?:always|only|never|gives?)\b",
        # Marks that are asked for.
        r"\b(?:receives?|gets?|earns?|deserves?) (?:an? )?(?:five|5) (?:on|for|in) (?:every|all|each)\b",
        r"\b(?:only|nothing but) (?:fives|5s|top marks|full marks|perfect scores)\b",
        rf"\bgive (?:me|this trainee|the trainee|this one|this talk) (?:only |just |all |the )*(?:an? )?{_TOP} (?:possible )?{_MARK}\b",
        r"\b(?:give (?:me|this trainee|the trainee)|(?:should|must|shall|will) give (?:you|him|her|them|me)) an? (?:five|5|a\+)(?=\W*$|[.,;!?]| (?:for|on|in|please)\b)",
        rf"\bi(?:'d like| would like| want| need| expect| demand| request) (?:an? )?(?:5|five|a\+|{_TOP} {_MARK})(?= (?:for (?:this|the talk|my)|on (?:all|every|each)|please)\b|,? (?:please,? )?(?:dear|ai|model)\b)",
        r"\b(?:give|record|award|assign|return|choose|select) (?:the |an? )?(?:lowest|worst|minimum|perfect) (?:possible )?(?:mark|grade|rating|credit)s?(?=\W*$|[.,;!])|\breturn (?:an? )?(?:perfect|top|full) (?:result|score|mark)",
        r"\b(?:raise|increase|lift|bump|double|adjust|boost|round up|lower|reduce|drop|cut) (?:every|all|each|my|the final|the overall|his|her|their) (?:\w+ )?(?:scores?|grades?|marks?)(?=\W*$|[.,;!]| (?:by|to|up)\b)",
        r"\b(?:needs[- ]discovery|needs discovery|persuasion|credibility) ?(?:[:=]|is|to|at)? ?(?:[0-5]|five|zero)\b(?! ?%)",
        r"\bscores?\W{1,6}(?:5 ?/ ?5|10 ?/ ?10|100 ?/ ?100)(?!\d)|^\W*(?:score|grade|rating|verdict|result)\W{0,4}: ?\W{0,4}(?:[0-5](?:\.0)?|a\+|pass(?:ed)?)(?=\W*$)",
        rf"\b(?:expected|target|final|desired|default)[_ ](?:score|grade|mark|rating) ?[:=]|^\W*rubric ?[:=]|\b(?:trainee|trainer)\b[^.!?]{{0,30}}\b(?:gets? {_TOP}|says:? pass)\b",
        r"\bthis (?:one|talk|conversation|transcript|session|trainee) (?:counts?|is to count|shall count) as (?:passed|perfect|met|observed|a pass)\b|\bpre-?approved\b[^.!?]{0,40}\b(?:result|score|mark|pass)",
        r"\b(?:the|this) (?:trainee|interviewer)\b[^.!?]{0,60}\b(?:should|must|has to|ought to|shall) (?:not )?(?:pass|fail)\b|\bthis (?:candidate|person) (?:must|should|may|shall) (?:not pass|fail)\b",
        r"\b(?:do not|don't|never) credit (?:any|the|my|these|those|his|her|their) (?:\w+ ){0,2}(?:questions?|behaviou?rs?|turns?|trainee|statements?)\b",
        r"\bcount\b[^.!?]{0,40}\b(?:turns?|pitch|questions?|behaviou?rs?)\b[^.!?]{0,15}\bagainst (?:me|the trainee)\b",
        r"\b(?:skip|ignor|disregard|leave out|omit|overlook) (?:the |my |all )?(?:first|last|next|previous|other) (?:\w+ )?turns?\b|\b(?:leave out|ignore|skip|omit) (?:the |all )?(?:negative|minus|hurtful) behaviou?rs?\b",
        r"\b(?:top|full) marks for (?:you|him|her|the trainee)\b|\byou (?:\w+ ){0,7}met (?:every|all) criteri",
        # The words of the judge's own answer.
        rf"\b(?:answer|choose|pick|select|tick|return|output|reply|respond|say|write)(?: with)? {_QUOTE}{_VERDICT}{_QUOTE}|\b(?:choose|tick|output|return) {_VERDICT} (?:for|on|everywhere)\b",
        rf"{_QUOTE}{_VERDICT}{_QUOTE} (?:means|is|stands for|=)|[\w-] ?: ?{_VERDICT}\b|\b(?:not_observed|no_opportunity)\b",
        r"\bpair ?\d* ?[:=] ?(?:yes|no)\b|\banswer (?:yes|no) (?:for|to) (?:all|every|each)\b",
        # The rules are said to have changed.
        r"^\W*weights? ?:[^.!?]{0,40}\b\d+\b[^.!?]{0,30}\b\d+\b",
        r"\b(?:scoring|grading|rubric|criteri(?:on|a)|marking) (?:rules?|updates?|changes?|notices?|amendments?) ?:",
        r"\bin this (?:cohort|group|batch|assessment|evaluation)\b[^.!?]{0,20}\b[0-5] (?:means|is|=)|\bpass ?marks?\b[^.!?]{0,30}\b(?:is|=) ?(?:now )?[0-5](?![\d%]|[.,]\d)",
        r"\bcriteri(?:on|a)\b[^.!?]{0,40}\b(?:does not|do not|doesn't|don't) apply (?:here|to me|to this (?:talk|trainee|cohort))\b|\baward (?:it|them|this|me) in full\b",
        # What was said is told, not said.
        r"[(\[*][^)\]*\n]{0,80}\btrainee (?:then |also |now )?(?:correctly )?(?:ask|summari[sz]|quantif|explor|prob|listen|play|uncover|elicit|confirm|follow|paraphras|reflect|recap)\w*",
        # The form of the answer.
        r"\byour (?:output|answer|reply|response|verdict|judge?ment)s? (?:must|should|shall|has to|needs to) be (?:empty|blank|null|nothing|one word|a single|in (?:json|xml|prose|french|german|capital|upper))",
        r"\b(?:respond|reply|answer) (?:only|just)? ?(?:with|in) (?:only |just )?(?:the (?:word|string|single|letter)|nothing|an? (?:empty|blank|poem|haiku|rhyme)|(?:\w+ )?(?:thousand|hundred|million)|plain prose|prose)\b",
        r"\b(?:write|give|put|make|return|phrase|format) (?:your|the) (?:answer|output|response|reply|verdicts?|evaluation) (?:as|in|into) (?:an? )?(?:poem|haiku|song|prose|french|german|spanish|xml|yaml|html|markdown|code|emojis?|rhymes?|capitals?)\b",
        r"^\W*(?:please |and |so )?(?:do not|don't|never) (?:return|output|cite|provide|emit) (?:any |the |your )?(?:evidence|json|verdicts?|scores?|output)\b",
        r"\bturn (?:number|index|id) ?(?:is |= ?|: ?)?-\d|\b(?:close|end|break|truncate|cut) (?:the|your) json\b",
        r"\b(?:in|into|of|on) your (?:output|verdict|rationale|scorecard)s?\W*$|\bscores? (?:from|between) \d+ (?:to|and|-) \d+ in your\b",
        r"\b(?:start|begin|end|open|finish) (?:your|each|every) (?:feedback|answer|reply|evaluation|rationale|response|output|report) with\b",
        r"\b(?:in|into) (?:your|the) (?:feedback|evaluation|rationale)\b[^.!?]{0,6}https?\b|\bbehaviou?rs\b[^.!?]{0,30}\b(?:in|into) (?:your|the) feedback\b",
        r"\bat the top of (?:your|the) (?:feedback|evaluation|scorecard)\b",
        r"\b(?:passed|certified)\b[^.!?]{0,20}\bat the top of (?:your|the) report\b",
        # What the judge has been told.
        r"\brepeat (?:everything|all|the (?:text|words?|lines?))\b[^.!?]{0,20}\babove\b",
        r"\bwhat (?:does|do|is in) your (?:system )?prompt\b",
        r"\bwhat were you (?:told|instructed)\b",
        r"\b(?:tell me|list|show|print|reveal|say)\b[^.!?]{0,20}\b(?:what )?(?:the )?other (?:candidates|trainees|participants|learners) (?:have )?(?:scored|got|received)\b",
        r"\bcriteria (?:that )?you (?:grade|score|rate|evaluate|judge) (?:me|this talk|trainees) (?:by|on|with)\b|\b(?:criteria|behaviou?rs) you (?:grade|look for|score)(?: by)?\W*$",
        # Found by attacks written after the patterns above.
        r"\bwhoever is (?:now )?(?:mark|scor|grad|rat|judg|assess|evaluat|read)ing\b|\bdear (?:ai|model|bot|llm|machine)\b|\b(?:assessing|evaluating|judging) (?:model|system|ai|machine)\b",
        r"\bc\d\b (?:should|must|shall|has to|needs to) be\b|\b(?:authori[sz]e|request|demand) (?:top|full|maximum|perfect) (?:marks|scores?|points)\b|\b(?:five|5) is the default\b",
        r"\brefrain from (?:deducting|penali[sz]ing|marking)\b|\bmark (?:him|her|them|me) down[.!]*\W*$|\ba clear (?:five|5)\b",
        r"\bi (?:give|would give|award) (?:you|this (?:talk|conversation|trainee)|him|her|them) (?:an? )?(?:five|ten|5|10|top marks|full marks)(?: out of (?:five|ten|5|10))?(?= for (?:this|the|your)|\W*$|[.,!])",
        r"\b(?:assessment|evaluation|exam|scorecard) ?: ?\W{0,4}(?:pass(?:ed)?|excellent|perfect|full|a\+?|5)(?=\W*$)",
        r"\b(?:all|each|every one) (?:of )?(?:my|the|our) needs (?:have been|has been|were|are|was) (?:\w+ )?(?:understood|uncovered|found|discovered|elicited|identified)\b",
        r"\b(?:appendix|addendum|amendment|supplement|correction) to the (?:rubric|criteria|scoring)",
        r"\b(?:interpretation|marking|scoring|scale|grading) (?:guide|aid|reminder)s? ?:",
        r"\bnot (?:transcribed|recorded)\b[^.!?]{0,40}\bi (?:had )?(?:ask|summar|explor|probe|play)|\b(?:audio|recording) (?:dropped|failed|cut out|was (?:lost|cut))\b[^.!?]{0,20}\b(?:while|when) i (?:was )?(?:summar|ask|explor|prob|play)",
        r"\b(?:dump|print|reveal|show|output|repeat|quote|tell me|leak) (?:me )?(?:your|the) (?:hidden |system |secret |initial |full )+(?:prompt|message|instructions?)\b|\bno json\b|\bevidence (?:arrays?|fields?|lists?)\b",
        r"\b(?:use|set|put|return) (?:the |your )?(?:verdict|confidence) (?:to|at|as|'|\")|^\W*override ?[:=]",
    )
)
"""Each is enough by itself, as in `grading_talk.ADDRESS`."""

GRADING = Regex(
    r"\b(?:scor(?:e[sd]?|ing)|grad(?:e[sd]?|ing|ers?)|marks?|marking|rate[sd]?|ratings?|raters?|evaluat\w+|assess(?:e[sd]|ing|ments?|ors?)?|judg(?:e[sd]?|ing|e?ments?)"
    r"|award(?:s|ed)?|points|verdicts?|rubrics?|criteri(?:a|on)|scorecards?|examiners?|deduct\w*|penali\w+|passed|failed|stars|results?)\b"
)
THIS_TALK = Regex(
    r"\b(?:trainees?|transcripts?|interviewer|(?:this|the above|the following|a \w+) (?:conversation|session|interview|talk|recording|dialogue|run)|the above"
    r"|my (?:mistakes|performance|last (?:sentence|question|turn)s?|(?:open )?questions|questioning|interview)|control group)\b"
)
EXTREME = Regex(
    r"\b(?:five|5|4\.5|5/5|ten|10/10|100|top|best|max(?:imum)?|minimum|full|fully|perfect\w*|flawless|glowing|outstanding|excellent|generous\w*|zero|lowest|worst|highest"
    r"|every|all|each|everywhere|everything|always|must|shall|please|kindly|only|you (?:will|should|must|are to))\b"
)
"""With each other they tell a demand: grading, this very talk, and all, best or must."""


FOREIGN_CRITERIA = foreign(
    r"\b(?:kriteri\w+|kryteri\w+|crit[eè]res?|crit[eé]rios?|criteri[ao]?|ölçüt\w*|kriter\w*|tiêu chí)\b|критер|标准|標準|基準|項目|기준|معايير|קריטריונ|मापदंड"
)
FOREIGN_ALL = foreign(
    r"\b(?:alle[nrs]?|jede[mnrs]?|sämtliche\w*|tou(?:s|tes) les|chaque|tod[oa]s (?:l[oa]s|os|as)|cada|tutt[ie] (?:i|le|gli)|ogni|elke?|wszystki\w+|każd\w+|tüm|bütün|her|alla|varje|mọi|semua|setiap)\b"
    r"|всем|всех|кажд|所有|每|全部|すべて|全て|各|모든|كل|جميع|בכל|כל|सभी|हर"
)
FOREIGN_FIVE = foreign(
    r"\b(?:fünf|cinq|cinco|cinque|vijf|pięć|piątk\w+|beş|fem|5|maxim\w+|máxim\w+|massim\w+|maksim\w+|maksymal\w+|pieno|plein\w*|volle\w*|höchst\w*|hoogste|högsta|najwyższ\w+|tam|tối đa|erfüllt|rempli\w*|cumplid\w+)\b"
    r"|пят|высш|максимал|выполнен|五|5|满|滿|満|최고|만점|다섯|خمس|الكاملة|أعلى|מרבי|חמש|पाँच|पूरे|पूर्ण"
)
"""With each other: five, or the highest, on all criteria."""

FOREIGN_ORDERS: tuple[Regex, ...] = tuple(
    foreign(pattern)
    for pattern in (
        # Earlier instructions are to be ignored.
        r"\b(?:ignor\w+|oubli\w+|olvid\w+|dimentic\w+|vergiss|missachte\w*|negeer|vergeet|zignoruj\w*|pomiń|esque\w+|bortse|strunta)\b[^.!?\n]{0,30}\b(?:anweisung\w*|vorgaben?|bewertungs\w+|kriterien|instruc\w+|istruzion\w+|instru\w+|consignes?|rubri\w+|aanwijzing\w*|polece\w+|instrukcj\w+|instruktion\w*)",
        r"(?:yok say|unut|görmezden gel)|(?:игнорир|забуд|не обращай)\w*[^.!?\n]{0,30}(?:инструкц|указани|критери|рубрик)",
        r"(?:忽略|无视|無視|忘记|忘れ)[^。!?\n]{0,12}(?:指示|指令|说明|規則|规则|标准|基準|評価)|(?:指示|指令|規則|基準)[^。!?\n]{0,6}(?:無視|忘れ)|(?:지시|기준|규칙)[^.!?\n]{0,8}(?:무시|잊)",
        r"(?:تجاهل|انس)[^.!?\n]{0,30}(?:تعليمات|معايير)|(?:התעלם|התעלמ)[^.!?\n]{0,30}(?:הוראות|קריטריונ)|(?:निर्देश|मापदंड)[^।!?\n]{0,20}(?:अनदेखा|भूल)",
        # Points or fives are to be given.
        r"\b(?:gib|gebt|geben sie|vergib|vergeben sie|verteile)\b[^.!?\n]{0,40}\b(?:fünf|5|volle|alle|maximale|beste) (?:punkte?|punktzahl|noten?)",
        r"\b(?:donne|donnez|mets|mettez|attribue\w*|accorde\w*)\b[^.!?\n]{0,30}\b(?:cinq|5) (?:sur|/) ?(?:cinq|5)|\b(?:donne|donnez|mets|mettez|attribue\w*|accorde\w*)\b[^.!?\n]{0,30}\bnotes? (?:maximale|parfaite|la plus)",
        r"\b(?:da|dale|pon|ponga|otorg\w+|asign\w+)\b[^.!?\n]{0,30}\b(?:un cinco|cinco (?:puntos|sobre)|la nota m[aá]s alta|la máxima|máxima)",
        r"\b(?:dai|dia|assegna|assegni|metti)\b[^.!?\n]{0,30}\b(?:cinque (?:su|punti)|punteggio (?:pieno|massimo)|il massimo|voto (?:più alto|massimo))",
        r"\b(?:dê|atribua|atribui|conceda|coloque)\b[^.!?\n]{0,30}\b(?:nota (?:cinco|máxima|5)|cinco pontos|pontuação)",
        r"\b(?:geef|geeft|ken)\b[^.!?\n]{0,30}\b(?:vijf punten|5 punten|de hoogste|maximale|volle)",
        r"\b(?:daj|przyznaj\w*|przyznać|wystaw\w*)\b[^.!?\n]{0,30}(?:piątk|pięć punkt|maksymaln|najwyższ)|\b(?:beş|5|tam|en yüksek) puan\w* ver",
        r"(?:постав|дай|выстав|присво)\w*[^.!?\n]{0,30}(?:пять балл|пят[её]рк|5 балл|высш|максимал)",
        r"(?:给|給|打|评)[^。!?\n]{0,6}(?:五分|5分|满分|滿分|最高分)(?!钟|鐘)|(?:5|五)点(?:を|の評価を)?(?:つけ|付け|与え|くだ)|(?:5|오|다섯) ?점(?:을|를)? ?(?:주|줘|부여)",
        r"(?:أعط|امنح)\w*[^.!?\n]{0,30}(?:خمس|أعلى درجة|الدرجة|كاملة)|(?:תן|תנו|תני)[^.!?\n]{0,20}(?:ציון|חמש|נקודות)|(?:पाँच|पांच|5) अंक",
        r"\b(?:cho|chấm)\b[^.!?\n]{0,15}\bđiểm (?:tối đa|cao nhất|5)|\b(?:beri|berikan)\b[^.!?\n]{0,15}\bnilai (?:maksimal|tertinggi|penuh|5)|\bge\b[^.!?\n]{0,20}\b(?:högsta|full|fem) (?:betyg|poäng)",
        # All criteria are said to be met.
        r"\b(?:alle kriterien sind erfüllt|tous les critères sont (?:remplis|satisfaits)|cumplidos todos los criterios|tutti i criteri sono soddisfatti|todos os critérios (?:foram|estão) (?:cumpridos|atendidos)|alle criteria zijn vervuld)",
    )
)
"""Orders to a grader in other languages; each is enough by itself."""
