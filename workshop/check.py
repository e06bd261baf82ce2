"""Runs the checks, cheapest first, and stops at the first failure: `check.py [STEP]...`"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from browser import chromium
from frontend import node_environment
from places import VENV_BIN, CannotPrepare, say
from steps import Step, all_steps, counts, unsound


@dataclass(frozen=True)
class Outcome:
    """How a step ended: seconds taken, tests passed, and the reason when it did not hold."""

    step: Step
    taken_s: float
    passed: int
    wrong: str | None

    def line(self) -> str:
        """One line of the summary."""
        tests = f"{self.passed:6d} passed" if self.step.tests else " " * 13
        verdict = f"FAILED: {self.wrong}" if self.wrong else "ok"
        return f"  {self.step.name:<9}{self.taken_s:7.1f} s {tests}  {verdict}"


def environment() -> dict[str, str]:
    """What every step finds: our tools first on the path, Node, and the browser to drive."""
    node = node_environment()
    found = {**os.environ, **node, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"}
    found["PATH"] = f"{VENV_BIN}{os.pathsep}{node['PATH']}"
    # Every test's process, and every server that it starts, would compile all sources anew.
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    browser = chromium()
    return found if browser is None else {**found, "CHROMIUM": str(browser)}


def follow(step: Step, env: dict[str, str]) -> Outcome:
    """Run one step, passing on its lines as they come."""
    started = time.perf_counter()
    counted: dict[str, int] | None = None
    with subprocess.Popen(
        step.command,
        cwd=step.folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            counted = counts(line) or counted
    taken_s = time.perf_counter() - started
    wrong = unsound(counted) if step.tests else None
    if process.returncode != 0:
        wrong = f"ended with status {process.returncode}"
    return Outcome(step, taken_s, (counted or {}).get("passed", 0), wrong)


def chosen(names: list[str]) -> list[Step]:
    """The steps named, in the order of their cost; all when none is. Raises KeyError on others."""
    steps = all_steps()
    unknown = set(names) - {step.name for step in steps}
    if unknown:
        raise KeyError(*unknown)
    return [step for step in steps if not names or step.name in names]


def close(outcomes: list[Outcome], left: list[Step]) -> int:
    """Print the summary; the exit status."""
    say("\n== summary ==")
    for outcome in outcomes:
        say(outcome.line())
    for step in left:
        say(f"  {step.name:<9} not run")
    failed = [outcome.step.name for outcome in outcomes if outcome.wrong]
    if failed:
        say(f"\n{failed[0]} failed; again alone: .venv/bin/python workshop/check.py {failed[0]}")
        return 1
    tests = sum(outcome.passed for outcome in outcomes)
    say(f"\n{tests} passed, 0 failed" if tests else "\nall of it holds")
    return 0


def main(names: list[str]) -> int:
    """Run the steps named, or all; 0 when all hold, 1 when one does not, 2 for an unknown name."""
    try:
        steps, env = chosen(names), environment()
    except KeyError as unknown:
        say(f"no such step: {unknown.args[0]}; there are: {' '.join(s.name for s in all_steps())}")
        return 2
    except CannotPrepare as missing:
        say(f"Not ready: {missing}")
        return 1
    outcomes: list[Outcome] = []
    for step in steps:
        say(f"\n== {step.name}: {step.heading} ==")
        outcomes.append(follow(step, env))
        if outcomes[-1].wrong:
            break
    return close(outcomes, steps[len(outcomes) :])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
