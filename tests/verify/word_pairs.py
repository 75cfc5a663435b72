"""Words that stand for each other falsely or truly, for making sentences to be checked."""

from __future__ import annotations

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

MONTHS = "January February March April June July August September October November December".split()

PLACES = """
London Paris Berlin Rome Madrid Moscow Beijing Tokyo Cairo Sydney Toronto Chicago Boston Texas Florida California
France Germany Italy Spain Russia China Japan Egypt Australia Canada Mexico Brazil India Iran Iraq Israel Turkey
Ukraine Poland Sweden Norway Britain Scotland Ireland Kenya Nigeria Pakistan Indonesia Washington Philadelphia Houston
Seattle Denver Atlanta Miami Dallas Syria Lebanon Greece Portugal Argentina Chile Peru Cuba Thailand Vietnam
""".split()

STRANGERS = """
Harold Benning|Martha Quillfeather|Tobias Renwick|Oskar Lindqvist|Priya Raman|Elena Castellanos|Jonah Whitlock
Ingrid Solberg|Marcus Adeyemi|Beatrice Holloway|Samuel Okonkwo|Nadia Petrov
"""

PEOPLE = [name for line in STRANGERS.split("\n") for name in line.split("|") if name]

UNITS = dict(
    pair.split("/")
    for pair in """
million/billion billion/million thousand/million miles/kilometers kilometers/miles dollars/euros euros/dollars
hours/days days/weeks weeks/months months/years years/months minutes/hours feet/meters meters/feet pounds/tons
tons/pounds percent/times seconds/minutes metres/miles km/miles kg/tonnes mph/knots decades/years acres/hectares
""".split()
)

OPPOSITES = dict(
    pair.split("/")
    for line in """
increased/decreased increase/decrease rose/fell fell/rose higher/lower lower/higher more/fewer first/last best/worst
largest/smallest won/lost lost/won accepted/rejected rejected/accepted approved/rejected opened/closed closed/opened
early/late old/new new/old major/minor strong/weak success/failure successful/unsuccessful able/unable guilty/innocent
supported/opposed support/oppose before/after after/before started/ended began/ended north/south south/north east/west
west/east northern/southern southern/northern positive/negative rich/poor young/old long/short high/low low/high
large/small small/large public/private domestic/foreign internal/external hot/cold male/female true/false
legal/illegal possible/impossible arrived/left joined/left passed/failed gained/lost bought/sold sold/bought
raised/cut allowed/banned banned/allowed confirmed/denied denied/admitted happy/sad love/hate top/bottom heavy/light
deep/shallow wide/narrow inside/outside
""".split("\n")
    for pair in line.split()
)

ROLES = dict(
    pair.split("/")
    for line in """
brother/father father/uncle mother/sister sister/aunt wife/sister husband/cousin son/nephew daughter/niece
president/governor minister/ambassador director/accountant actor/musician actress/dancer singer/painter doctor/lawyer
lawyer/doctor teacher/driver student/teacher officer/nurse police/firefighters judge/senator senator/mayor mayor/judge
captain/mechanic coach/referee red/blue blue/green green/purple black/yellow white/red yellow/orange school/hospital
hospital/school church/museum university/library airport/harbor ship/train train/bus car/truck plane/boat gun/knife
knife/hammer fire/flood flood/drought earthquake/hurricane storm/earthquake film/novel movie/play book/album
album/novel song/poem game/concert team/choir company/charity bank/bakery goal/penalty oil/coal gas/wood gold/silver
murder/theft robbery/fraud arrested/hospitalized killed/rescued shot/stabbed
""".split("\n")
    for pair in line.split()
)

CLAUSES = (
    "after the council had rejected an earlier plan", "which cost the taxpayers another 40 million",
    "although two of the witnesses later withdrew their statements", "despite protests by local residents",
    "while a rival group filed a complaint in court", "because the insurance had run out the week before",
    "which drew praise from environmental groups", "and later apologized for the delay",
    "following a long illness that was kept secret", "as part of a settlement with the union",
    "even though the committee had warned against it", "and donated the proceeds to a children's hospital",
)  # fmt: skip

SYNONYMS = dict(
    pair.split("/")
    for line in """
said/stated began/started started/began big/large large/big bought/purchased purchase/buy help/assist helped/assisted
show/demonstrate showed/demonstrated shows/demonstrates killed/slain children/kids kids/children nearly/almost
almost/nearly about/roughly approximately/roughly near/close_to got/received received/got ended/finished
tried/attempted attempt/try needed/required requires/needs required/needed house/home car/automobile doctor/physician
lawyer/attorney attorney/lawyer film/movie movie/film famous/well-known quickly/rapidly rapidly/quickly
however/nevertheless also/likewise injured/wounded wounded/injured arrested/detained jailed/imprisoned area/region
region/area town/municipality important/significant significant/important whole/entire entire/whole job/work
jobs/positions many/numerous several/various often/frequently chose/selected selected/chosen built/constructed
constructed/built allowed/permitted stopped/halted increase/rise increased/grew reduced/lowered reduce/lower
fast/quick wealthy/rich difficult/hard happened/occurred occurred/happened created/made make/create located/situated
aid/assistance residents/inhabitants attack/assault attacked/assaulted died/passed_away authorities/officials
company/firm firm/company companies/firms announced/declared gathered/assembled leave/depart enough/sufficient
maybe/perhaps sick/ill afraid/scared revealed/disclosed believe/think believed/thought discussed/talked_about
concerns/worries worried/concerned
""".split("\n")
    for pair in line.split()
)

SMALL = "two three four five six seven eight nine ten".split()

SHORT_MONTHS = {m: f"{m[:3]}." for m in MONTHS if len(m) > 5}
