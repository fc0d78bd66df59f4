from tests.lab.scenes import answered_share, by_account, scene


def test_a_day_has_sixty_confederates_and_sixty_strangers():
    for events in by_account(scene("confederates")).values():
        days = {}
        for event in events:
            crew, strangers = days.setdefault(event["at"].date(), (set(), set()))
            person = event["recipients"][0]
            (crew if person.startswith("confederate") else strangers).add(person)
        assert [(len(crew), len(strangers)) for crew, strangers in days.values()] == [(60, 60)] * 6


def test_so_more_people_seem_to_answer_than_do():
    played = scene("confederates")
    crew = 60 / (60 + 6 * 60)
    assert crew < answered_share(played) < crew + 0.03
    assert {name.partition("-")[0] for name in played.accounts["account"].take(played.wanted).to_pylist()} == {
        "confederate"
    }
