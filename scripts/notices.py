#!/usr/bin/env python3
"""Writes THIRD-PARTY.txt: what the program is linked with, under which license, and the texts of the licenses.

`scripts/notices.py` writes it anew; `scripts/notices.py --check` says whether it is as it would be written.
"""
import hashlib
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = ROOT / "THIRD-PARTY.txt"
TARGET = "x86_64-unknown-linux-gnu"
NAMES = re.compile(r"^(licen[cs]e|copying|notice|unlicense)", re.I)


def linked():
    """The packages that end up in the program, by name and version."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", TARGET]
    data = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    packages = {p["id"]: p for p in data["packages"]}
    nodes = {n["id"]: n for n in data["resolve"]["nodes"]}
    todo = [i for i, p in packages.items() if p["name"] == "headway" and p["source"] is None]
    seen = set()
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        for dep in nodes[one]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                todo.append(dep["pkg"])
    foreign = (packages[i] for i in seen if packages[i]["source"] is not None)
    return sorted(foreign, key=lambda p: (p["name"], p["version"]))


def texts(package):
    """The license files that a package brings; where MIT is one of several to choose from, that one."""
    folder = pathlib.Path(package["manifest_path"]).parent
    files = sorted(f for f in folder.iterdir() if f.is_file() and NAMES.match(f.name))
    if re.search(r"\bMIT\b", package["license"] or "") and " AND " not in package["license"]:
        files = [f for f in files if "mit" in f.name.lower()] or files
    return [f.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip() for f in files]


def written():
    packages = linked()
    lines = [
        "Third-party software in Headway",
        "",
        f"The program is linked with these {len(packages)} packages ({TARGET}, default features). The texts of their licenses follow.",
        "Written by scripts/notices.py.",
        "",
    ]
    for p in packages:
        lines.append(f"{p['name']} {p['version']}: {p['license'] or 'see its license file'}; {p['repository'] or 'no repository named'}")
    by_text = {}
    for p in packages:
        for text in texts(p):
            # The same words, whatever their line breaks.
            key = hashlib.sha256(" ".join(text.split()).encode()).hexdigest()
            by_text.setdefault(key, (text, []))[1].append(f"{p['name']} {p['version']}")
    for text, of in sorted(by_text.values(), key=lambda one: one[1]):
        lines += ["", "=" * 100, "Of " + ", ".join(dict.fromkeys(of)), "=" * 100, "", text]
    return "\n".join(line.rstrip() for line in "\n".join(lines).split("\n")) + "\n"


def main():
    text = written()
    if "--check" not in sys.argv[1:]:
        OUT.write_text(text, encoding="utf-8")
        print(f"{OUT.name}: {text.count(chr(10))} lines")
    elif not OUT.is_file() or OUT.read_text(encoding="utf-8") != text:
        sys.exit(f"{OUT.name} is not up to date: run scripts/notices.py")


main()
