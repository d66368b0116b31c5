"""Many waits at once: CPU per poll, memory per waiting job and lateness, ours and others'.

    python tests/benchmarks/many.py

Every contender waits for the same number of jobs with the same pause between polls; each turn is
a process of its own, so that its memory can be told. Sizes that a contender cannot reach in a
few minutes are left out.
"""

import json
import subprocess
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from _contenders import CONTENDERS, FAULTY, Load
from _harness import HERE, cpu_of, ids, median, report, serving, summary

POLLS = 3
# At 10,000 waits every poll is more than the contenders can take in one second.
PAUSES = {100: 1.0, 1_000: 1.0, 3_000: 2.0, 10_000: 6.0, 100_000: 25.0}

# So many are waited for once, whatever the rounds: a turn takes more than a minute.
MOST = max(PAUSES)

# No turn takes so long (s), not even gather's: where one does, a wait has been lost.
LIMIT = 600.0

# It takes minutes by itself, even with the single poll that each job then has.
SLOW = {("gather over httpx", 3_000): 1}

PLAN: dict[str, tuple[int, ...]] = {
    "tilldone, fast": (100, 1_000, 3_000, 10_000, 100_000),
    FAULTY: (10_000, 100_000),
    "tilldone": (100, 1_000, 3_000, 10_000),
    "bare aiohttp": (100, 1_000, 10_000, 100_000),
    "semaphore over httpx": (100, 1_000, 10_000),
    "gather over httpx": (100, 1_000, 3_000),
    "azure-core's AsyncLROPoller": (100, 1_000, 10_000),
    "a thread per job": (100, 1_000, 10_000),
}


@dataclass(frozen=True)
class Turn:
    """What one turn of a contender took."""

    cpu: float
    """CPU seconds a poll."""

    memory: float
    """Bytes at the peak for each job, beyond its handle."""

    late: float
    """Seconds that the ends were noticed late, the median and not counting the polls' own time."""

    latest: float
    """The same for all but one in a hundred."""


def take_turn(name: str, number: int, base: str) -> Turn:
    """Run a contender in this process."""
    contender = CONTENDERS[name]
    contender(Load(base, list(ids(20, polls=2)), pause=0.05))
    polls = SLOW.get((name, number), POLLS)
    load = Load(base, list(ids(number, polls=polls, faulty=name == FAULTY)), pause=PAUSES[number])
    load.prepare(name)
    process = psutil.Process()
    before = process.memory_info().rss
    cpu = cpu_of(lambda: contender(load))
    late = sorted(ended - (polls - 1) * load.pause for ended in load.ended)
    if len(late) != number:
        raise AssertionError(f"{name} ended {len(late)} of {number} waits")
    return Turn(
        cpu / (number * polls),
        max(peak() - before, 0) / number,
        late[number // 2],
        late[number * 99 // 100],
    )


def peak() -> int:
    """Give the most memory (bytes) that this process has held."""
    # The figure of `resource` begins with the parent's, which this process was forked from.
    status = Path("/proc/self/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def turn_of(name: str, number: int, base: str) -> Turn:
    """Run a contender in a process of its own."""
    command = [sys.executable, str(HERE / "many.py"), "--turn", name, str(number), base]
    ran = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=LIMIT)
    told: dict[str, Any] = json.loads(ran.stdout)
    return Turn(**told)


def row(name: str, number: int, turns: list[Turn]) -> list[str]:
    """Put the middle of several turns into words."""
    return [
        name,
        f"{number:,}",
        f"{median([turn.cpu for turn in turns]) * 1e3:.2f}",
        f"{median([turn.memory for turn in turns]) / 1024:.1f}",
        f"{median([turn.late for turn in turns]):.2f}",
        f"{median([turn.latest for turn in turns]):.2f}",
    ]


def main() -> None:
    """Measure and print."""
    options = ArgumentParser(description=summary(__doc__))
    options.add_argument("--rounds", type=int, default=1, help="turns for each (%(default)s)")
    options.add_argument("--most", type=int, default=10_000, help="jobs at most (%(default)s)")
    options.add_argument("--only", action="append", choices=PLAN, help="who; may be repeated")
    options.add_argument("--slow", action="store_true", help="gather at 3,000 as well: minutes")
    options.add_argument("--turn", nargs=3, help="one turn in this process: NAME NUMBER URL")
    asked = options.parse_args()
    if asked.turn:
        name, number, base = asked.turn
        print(json.dumps(vars(take_turn(name, int(number), base))))
        return
    plan = [
        (name, number)
        for number in PAUSES
        for name, numbers in PLAN.items()
        if number in numbers and number <= asked.most and name in (asked.only or PLAN)
        if asked.slow or (name, number) not in SLOW
    ]
    turns: dict[tuple[str, int], list[Turn]] = {each: [] for each in plan}
    with serving() as base:
        for turn in range(asked.rounds):
            for name, number in plan:
                if turn and number == MOST:
                    continue
                print(f"  {number} waits: {name}", file=sys.stderr)
                turns[name, number].append(turn_of(name, number, base))
    report(
        "Many waits at once",
        ["who", "waits", "CPU, ms a poll", "KiB a waiting job", "late, s", "late, 99 %, s"],
        [row(name, number, found) for (name, number), found in turns.items()],
        f"{POLLS} polls a job (one for gather at 3,000), all begun at once; {asked.rounds} rounds "
        f"(one at {MOST:,}), medians. Lateness counts the polls' own time. " + ratios(turns),
    )


def ratios(turns: dict[tuple[str, int], list[Turn]]) -> str:
    """Say what the goals are about."""
    goals = [
        ("from 100 to 10,000", ("tilldone, fast", 10_000), ("tilldone, fast", 100), "within 1.3x"),
        ("from 10,000 to 100,000", ("tilldone, fast", 100_000), ("tilldone, fast", 10_000), "1x"),
        ("bare aiohttp", ("tilldone, fast", 10_000), ("bare aiohttp", 10_000), "at most 1.1x"),
        (
            "bare aiohttp at 100,000",
            ("tilldone, fast", 100_000),
            ("bare aiohttp", 100_000),
            "at most 1.1x",
        ),
        ("gather", ("gather over httpx", 3_000), ("tilldone, fast", 3_000), "30x and more"),
    ]
    said = []
    for name, one, other, goal in goals:
        if one in turns and other in turns:
            above, below = (median([turn.cpu for turn in turns[each]]) for each in (one, other))
            said.append(f"{name}: {above / below:.2f}x (goal: {goal})")
    return "CPU per poll, against " + "; ".join(said) + "." if said else ""


if __name__ == "__main__":
    main()
