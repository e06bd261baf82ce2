"""What is kept names no registry and no place on the machine it was written on."""

import re

import pytest

from tests.house.tree import Source, all_of, kept

# Put together here, so that this file does not hold what it looks for.
REGISTRIES = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
    ]
]
MACHINE = r"(?<![\w.])/(?:work|farm|home/\w+|Users/\w+|root|opt/pypi[\w-]*|tmp/bash_jobs)\b[./]"
NAMED = re.compile("|".join([*map(re.escape, REGISTRIES), MACHINE]))


def places(source: Source) -> list[str]:
    """Lines that name a registry's host or a path of a machine."""
    return [
        f"{source.name}:{number}: names {found[0]}"
        for number, line in enumerate(source.text.splitlines(), 1)
        if (found := NAMED.search(line))
    ]


def test_no_kept_file_names_a_registry_or_a_machine() -> None:
    assert all_of(places(source) for source in kept()) == []


@pytest.mark.parametrize("host", REGISTRIES)
def test_a_registry_is_caught(host: str) -> None:
    assert places(Source("a.lock", f"--index-url https://{host}/simple\n"))
    assert places(Source("a.json", f'"resolved": "https://files.{host}/x.tgz"'))


@pytest.mark.parametrize("path", ["work/main/a.py", "home/ada/src", "Users/ada/src", "root/x"])
def test_a_path_of_a_machine_is_caught(path: str) -> None:
    assert places(Source("README.md", f"see /{path}"))


@pytest.mark.parametrize("text", ["/api/work", "https://example.org/homework/", "a/root-cause"])
def test_an_ordinary_path_is_not_caught(text: str) -> None:
    assert not places(Source("README.md", text))
