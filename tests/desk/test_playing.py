import pytest

from ecluse.desk.bot import keyword_id, step_id
from ecluse.desk.botfile import parse_bot
from ecluse.desk.parts import Part
from ecluse.desk.playing import Asked, Latest, play
from ecluse.desk.views import Handling
from tests.desk.world import BOT

AT_RATING = {"flow": "opinion", "step": "rating"}
AT_WHY = {"flow": "opinion", "step": "why", "fields": {"rating": "So-so"}}


def plays(text="", choice=None, *, bot=BOT, handling=Handling.BOT, flow=None, step=None, tries=0, fields=None):
    return play(parse_bot(bot, "bot.yaml"), Asked(text, choice, "Zoe", handling, flow, step, tries, fields or {}))


def said(done):
    """What a bot says, shortened."""
    found = []
    for part in done.parts:
        if isinstance(part, Latest):
            found.append(part.newsletter)
        else:
            found.append(part.content["body"] if part.type == "text" else part.content["body"]["text"])
    return found


def where(done):
    return (done.flow, done.step, done.handling)


@pytest.mark.parametrize("state", [{}, AT_RATING, AT_WHY, {"handling": Handling.PEOPLE}])
def test_stop_ends_everything_everywhere(state):
    done = plays("Stop!", **state)
    assert (done.stopped, where(done)) == (True, (None, None, Handling.BOT))


def test_where_people_answer_the_bot_is_silent():
    done = plays("NEWS", handling=Handling.PEOPLE)
    assert (done.parts, done.handling) == ((), Handling.PEOPLE)


def test_a_keyword_and_its_row_of_the_menu_do_the_same():
    assert plays("news").parts == plays("Latest issue", keyword_id("NEWS")).parts == (Latest("daily"),)


@pytest.mark.parametrize(
    ("text", "choice"), [("so-so", None), ("2", None), ("So-so", step_id("opinion", "rating", 1)), ("SO-SÓ!", None)]
)
def test_a_choice_is_tapped_or_written(text, choice):
    done = plays(text, choice, **AT_RATING)
    assert (done.fields, where(done)) == ({"rating": "So-so"}, ("opinion", "why", Handling.BOT))


def test_a_choice_leads_where_it_says():
    done = plays("good", **AT_RATING)
    assert (said(done), where(done)) == (['Thank you, Zoe. We have noted "Good".'], (None, None, Handling.BOT))


def test_a_button_of_long_ago_still_works():
    done = plays("So-so", step_id("opinion", "rating", 1))
    assert where(done) == ("opinion", "why", Handling.BOT)


def test_a_wrong_answer_is_asked_again_and_then_people_help():
    done = plays("hm", **AT_RATING)
    assert (said(done)[0], done.tries, where(done)[:2]) == ("Please choose one of these.", 1, ("opinion", "rating"))
    done = plays("hm", tries=2, **AT_RATING)
    assert (done.handling, done.answers, done.flow) == (Handling.PEOPLE, False, None)


def test_a_keyword_leaves_a_question_with_choices_and_is_an_answer_to_one_without():
    assert plays("news", **AT_RATING).parts == (Latest("daily"),)
    assert plays("news", **AT_WHY).fields == {"rating": "So-so", "wish": "news"}
    assert plays("menu", **AT_WHY).keyword is not None


def test_a_flow_that_is_not_there_any_more_is_forgotten():
    assert plays("news", flow="gone", step="x").parts == (Latest("daily"),)


def test_what_a_person_answers_can_t_make_a_message_too_long():
    (part,) = plays("x" * 9_000, flow="opinion", step="why", fields={"rating": "y" * 5_000}).parts
    assert isinstance(part, Part)
    assert len(part.content["body"]) == 4_096


def test_an_answer_is_kept_up_to_a_limit_and_is_no_pattern():
    done = plays("{name}" + "x" * 2_000, **AT_WHY)
    assert len(done.fields["wish"]) == 1_000
    assert said(plays("x", flow="opinion", step="why", fields={"rating": "{wish}"})) == [
        'Thank you, Zoe. We have noted "{wish}".'
    ]


def test_without_otherwise_people_answer():
    done = plays("hello", bot="keywords:\n  - words: [STOP]\n    do: stop\n")
    assert (done.handling, said(done)) == (Handling.PEOPLE, ["Somebody will answer you here."])
