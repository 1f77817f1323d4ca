"""A small fictional dataset full of values that programs misread, and a release of it."""

from pathlib import Path

from exm import add, claim, named
from kloop import Tables
from small_store import build, dataset

LONG = "A long quotation. " * 200 + "End."
"""More than a fixed column of Stata holds (2,045 bytes)."""

RIGHT_TO_LEFT = "قال الشاهد: «لم أرَ شيئًا»"
KYRGYZ = "Өзүнчө үй, ңызы жок"
QUOTED = "She said \"no, never\",\nthen left;\tnothing' more $x `y'"


def traps(tables: Tables) -> None:
    """Adds them to the small dataset: texts that look like no value or like a number, scripts, quotes, line ends."""
    add(tables, "sources", source_id="src-exm-3", title="null", author="NA", lang="en")
    add(tables, "sources", source_id="src-exm-4", title=KYRGYZ, author="nan", lang="ky")
    named(tables, "persons", "per-exm-null", "Null", summary=QUOTED)
    named(tables, "persons", "per-exm-na", "NA")
    named(tables, "persons", "per-exm-arab", RIGHT_TO_LEFT, gender="woman", current_status="pretrial_detention")
    tables["persons"][-1]["current_status_as_of"] = "2025-03-10"
    tables["names"][-1] |= {"script": "Arab", "lang": "ar"}
    add(tables, "cases", case_id="cas-exm-2", title='=1+1, "two"', country="NAM", case_number="001", summary=LONG)
    add(tables, "person_nationalities", nationality_id="nat-exm-2", person_id="per-exm-na", country="NAM")
    add(tables, "person_nationalities", nationality_id="nat-exm-3", person_id="per-exm-null", country="NAM")
    add(tables, "person_nationalities", nationality_id="nat-exm-4", person_id="per-exm-null", country="KGZ")
    add(
        tables,
        "events",
        event_id="evt-exm-3",
        case_id="cas-exm-2",
        event_date="1999",
        event_date_text="1e5",
        title="TRUE",
        country="NAM",
        admin1="NA-ER",
        locality="Ақсу – 北京 – 👩‍💻",
        place_text="NULL",
        latitude="-0.0000001",
        longitude="17.1",
        geo_precision="exact",
        description=QUOTED,
    )
    add(tables, "events", event_id="evt-exm-4", case_id="cas-exm-2", event_date="../2025-03-01", event_status="alleged")
    for number, (role, person) in enumerate((("defendant", "null"), ("suspect", "arab"), ("defendant", "arab"))):
        party = {"case_party_id": f"cpa-exm-{number + 2}", "person_id": f"per-exm-{person}"}
        add(tables, "case_parties", case_id="cas-exm-2", role=role, **party)
    group = {"group_label": "Others; unnamed", "group_count_qualifier": "about", "group_count": "12"}
    add(tables, "case_parties", case_party_id="cpa-exm-9", case_id="cas-exm-2", role="witness", outcome="", **group)
    tables["case_parties"][1]["outcome"] = "convicted"
    charge = {"statute": "Code", "article": "001", "part": "0", "paragraph": "1.0"}
    add(tables, "charges", charge_id="chg-exm-2", case_party_id="cpa-exm-2", **charge)
    fine = {"penalty_type": "fine", "amount": "100000.5", "currency": "NAD", "duration": ""}
    add(tables, "sentences", sentence_id="sen-exm-2", case_party_id="cpa-exm-2", **fine)
    for number, party in enumerate(({"person_id": "per-exm-arab"}, {"person_id": "per-exm-null"}, group)):
        add(tables, "event_parties", event_party_id=f"epa-exm-{number + 2}", event_id="evt-exm-3", **party)
    for number, kind in enumerate(("torture", "arbitrary_detention", "torture")):
        violation = {"violation_id": f"vio-exm-{number + 2}", "person_id": "per-exm-arab", "violation_type": kind}
        add(tables, "violations", event_id="evt-exm-3", **violation)
    claim(tables, "7", "events.evt-exm-3.*", "", source_id="src-exm-3", quote=QUOTED, quote_lang="en")
    arabic = {"quote": RIGHT_TO_LEFT, "quote_lang": "ar"}
    claim(tables, "8", "events.evt-exm-3.place_text", "NULL", source_id="src-exm-4", **arabic)
    subjects = ("events.evt-exm-4", "cases.cas-exm-2", "persons.per-exm-null", "persons.per-exm-na")
    for number, about in enumerate(subjects):
        claim(tables, f"x{number}", f"{about}.*", source_id="src-exm-3")
    claim(tables, "x9", "persons.per-exm-arab.*", source_id="src-exm-4")
    tables["identifiers"].clear()


def trap_release(folder: Path) -> Path:
    """The folder of a release of it; one table, `identifiers`, is empty."""
    ran = build(dataset(folder / "traps", traps), folder / "store", "2025.3.0")
    assert ran.code == 0, ran.said
    return folder / "store" / "2025.3.0"
