"""How one message goes through a network: the compiled step of the model.

The model is SEI(R), by the study that docs/simulation.md tells of. Somebody reached is *exposed*; with the chance
``virality`` a step an exposed person passes the message on, to at most ``limit`` chats. Rather than throw a coin for
each exposed person and step, the kernel draws the step at which the first coin would fall (a geometric law), so that a
run costs what is delivered and not how long it takes.

All chance comes from a hash of seed, person and purpose. Two runs of one seed throw the same coins for the same
person, whatever else differs: that is why a run with more chats to a forward can never be behind one with fewer.

This file stands alone: kernels elsewhere do not call these, and these call nothing else. So Numba's own check of this
file's age is enough to compile it anew when it changes.
"""

from __future__ import annotations

import numpy as np

from ecluse.compiled import kernel, leaf

_U = np.uint64
_GOLDEN, _FIRST, _SECOND = _U(0x9E3779B97F4A7C15), _U(0xBF58476D1CE4E5B9), _U(0x94D049BB133111EB)
_DELAY, _END, _LOST, _RECOGNISED, _CHATS = 1, 2, 3, 4, 5  # purposes of a person's draws
_DRAWS = 1 << 20  # draws of a person in one step; more than anybody's chats
NEVER = -1


@leaf
def _mixed(value):  # type: ignore[no-untyped-def]
    """The finaliser of splitmix64."""
    value = (value ^ (value >> _U(30))) * _FIRST
    value = (value ^ (value >> _U(27))) * _SECOND
    return value ^ (value >> _U(31))


@leaf
def _bits(own, draw):  # type: ignore[no-untyped-def]
    return _mixed(own + _U(draw) * _GOLDEN)


@leaf
def _fraction(own, draw):  # type: ignore[no-untyped-def]
    """In (0, 1)."""
    return (float(_bits(own, draw) >> _U(11)) + 0.5) * 2.0**-53


@leaf
def _waits(own, draw, chance):  # type: ignore[no-untyped-def]
    """The step, 1 or later, at which a coin that falls with ``chance`` first does; 2**40 stands for never."""
    if chance >= 1.0:
        return 1
    if chance <= 0.0:
        return 1 << 40
    return 1 + int(min(np.log(_fraction(own, draw)) / np.log1p(-chance), 1.0e12))


@leaf
def _close(  # type: ignore[no-untyped-def]
    person, contact_starts, contacts, group_starts, groups, member_starts, members, open_chats, not_yet
):
    """Now that ``person`` has it: one chat less for all contacts, and for all members of a group where all have it."""
    for place in range(contact_starts[person], contact_starts[person + 1]):
        open_chats[contacts[place]] -= 1
    for place in range(group_starts[person], group_starts[person + 1]):
        group = groups[place]
        not_yet[group] -= 1
        if not_yet[group] == 0:
            for member in range(member_starts[group], member_starts[group + 1]):
                open_chats[members[member]] -= 1


@kernel
def cascade(  # type: ignore[no-untyped-def]
    contact_starts,
    contacts,
    group_starts,
    groups,
    member_starts,
    members,
    start,
    key,
    steps,
    limit,
    virality,
    resend,
    immunity,
    many_hops,
    many_limit,
    lost_labels,
    recognised,
    label_effect,
    reached_at,
    shown,
    hops,
    after,
    first,
    active,
    places,
    open_chats,
    not_yet,
    sent,
):
    """Let ``start`` send a message, and write to ``reached_at`` the step at which each person first has it.

    contact_starts to members: the rows of a ``Network``. start: a person. key: uint64, the seed. steps: how many.
    Of several copies in one step the first is from the sender who is asked first: of those who are ready at the same
    step, who got the message last; with ``resend``, after all who were ready before.

    limit to label_effect: see ``Scenario``; a limit is 1 or more. Returns how many people were reached.
    sent: int64, shape (2,); to it are added the chats that the message was sent to, and those of them that people sent
    it to whose copy showed ``many_hops`` or more; with ``resend`` as long as they had anybody left to reach.

    reached_at: int32, shape (n_people,); NEVER for those whom it did not reach. Working memory, in any state: shown,
    hops, after, active, open_chats: int32, shape (n_people,). not_yet: int32, shape (n_groups,). first: int32, shape
    (steps + 2,). places: int32, as many as the chats of the person with most.
    """
    n = len(reached_at)
    reached_at[:] = NEVER
    first[:] = NEVER
    reached_at[start], shown[start], hops[start], after[start] = 0, -1, -1, NEVER
    first[1] = start
    if resend:  # who has no chat left where anybody lacks the message need not be asked any more
        for person in range(n):
            open_chats[person] = contact_starts[person + 1] - contact_starts[person]
            open_chats[person] += group_starts[person + 1] - group_starts[person]
        for group in range(len(not_yet)):
            not_yet[group] = member_starts[group + 1] - member_starts[group]
        _close(start, contact_starts, contacts, group_starts, groups, member_starts, members, open_chats, not_yet)
    n_reached, n_due, n_active, step = 1, 1, 0, 0
    while step < steps and n_due + n_active > 0:
        step += 1
        person = first[step]  # who became ready to pass it on; with ``resend`` those of before stay so
        while person != NEVER:
            active[n_active] = person
            n_active += 1
            n_due -= 1
            person = after[person]
        for k in range(n_active):
            person = active[k]
            own = _mixed(key ^ _mixed(_U(person + 1) * _GOLDEN))

            # what the message shows when this person sends it, and what that allows
            true = hops[person] + 1
            out, many = shown[person] + 1, shown[person] >= many_hops
            if person != start and _fraction(own, _LOST) < lost_labels:
                if _fraction(own, _RECOGNISED) < recognised:
                    out, many = true, hops[person] >= many_hops
                else:
                    out, many = 0, False
            allowed = min(limit, many_limit) if many else limit

            contact, group = contact_starts[person], group_starts[person]
            n_contacts = contact_starts[person + 1] - contact
            n_chats = n_contacts + group_starts[person + 1] - group
            n_sends = min(allowed, n_chats)
            sent[0] += n_sends
            if many:
                sent[1] += n_sends
            if n_sends < n_chats:
                for place in range(n_chats):
                    places[place] = place
            for send in range(n_sends):
                chat = send
                if n_sends < n_chats:  # the next of a shuffled pack: the first five of twenty are the five of five
                    bits = _bits(own, _CHATS + send + _DRAWS * (step if resend else 0))
                    other = send + int(bits % _U(n_chats - send))
                    chat = places[other]
                    places[other] = places[send]
                if chat < n_contacts:
                    row, begin, end = contacts, contact + chat, contact + chat + 1
                else:
                    group_id = groups[group + chat - n_contacts]
                    if resend and not_yet[group_id] == 0:
                        continue
                    row, begin, end = members, member_starts[group_id], member_starts[group_id + 1]
                for item in range(begin, end):
                    peer = row[item]
                    if reached_at[peer] != NEVER:
                        continue
                    reached_at[peer], shown[peer], hops[peer] = step, out, true
                    n_reached += 1
                    if resend:
                        _close(
                            peer,
                            contact_starts,
                            contacts,
                            group_starts,
                            groups,
                            member_starts,
                            members,
                            open_chats,
                            not_yet,
                        )
                    passes = virality * (1.0 - label_effect) if out >= many_hops else virality
                    leaves = passes + (1.0 - passes) * immunity
                    peers_own = _mixed(key ^ _mixed(_U(peer + 1) * _GOLDEN))
                    if _fraction(peers_own, _END) * leaves < passes:
                        due = step + _waits(peers_own, _DELAY, leaves)
                        if due <= steps:
                            after[peer] = first[due]
                            first[due] = peer
                            n_due += 1

        kept = 0
        if resend:
            for k in range(n_active):
                person = active[k]
                own = _mixed(key ^ _mixed(_U(person + 1) * _GOLDEN))
                if open_chats[person] > 0 and _fraction(own, _END + _DRAWS * step) >= immunity:
                    active[kept] = person
                    kept += 1
        n_active = kept
    return n_reached
