"""The model of spread, step by step and person by person, with a coin for everything that is left to chance."""

NEVER = -1


def chats_of(network, person):
    """The chats of a person, each as the people it reaches."""
    contacts, groups, members = network
    ties = contacts.items[contacts.starts[person] : contacts.starts[person + 1]].tolist()
    mine = groups.items[groups.starts[person] : groups.starts[person + 1]].tolist()
    return [[tie] for tie in ties] + [members.items[members.starts[g] : members.starts[g + 1]].tolist() for g in mine]


def spread(network, scenario, start, chance):
    """Reached at, shown and true hops of each person, and the chats sent to. chance: a ``random.Random``."""
    people = range(network.people)
    at, shown, hops = [NEVER] * len(people), [-1] * len(people), [-1] * len(people)
    at[start] = 0
    uploads = [chance.random() < scenario.lost_labels for _ in people]
    known = [chance.random() < scenario.recognised for _ in people]
    exposed, ready, active, sent = [], [start], [], 0
    for step in range(1, scenario.steps + 1):
        active = [*active, *ready] if scenario.resend else ready
        for person in active:
            carried = shown[person]
            out = carried + 1
            if person != start and uploads[person]:
                carried, out = (hops[person], hops[person] + 1) if known[person] else (-1, 0)
            limit = scenario.limit
            if carried >= scenario.many_hops and scenario.many_limit is not None:
                limit = min(limit, scenario.many_limit)
            chats = chats_of(network, person)
            chosen = chance.sample(chats, min(limit, len(chats)))
            sent += len(chosen)
            for peer in (peer for chat in chosen for peer in chat):
                if at[peer] == NEVER:
                    at[peer], shown[peer], hops[peer] = step, out, hops[person] + 1
                    exposed.append(peer)
        if scenario.resend:
            active = [person for person in active if chance.random() >= scenario.immunity]
        ready, waiting = [], []
        for person in exposed:
            labelled = shown[person] >= scenario.many_hops
            if chance.random() < scenario.virality * (1 - scenario.label_effect if labelled else 1):
                ready.insert(0, person)
            elif chance.random() >= scenario.immunity:
                waiting.append(person)
        exposed = waiting
    return at, shown, hops, sent
