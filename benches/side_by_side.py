"""Runs Headway and its peers in turn and prints medians, ratios and check lines. Started by run.sh."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

CHECK = "999997 30659 184691 65168.3 49517354665"


class Run:
    """One finished process: seconds of wall time and CPU, peak memory in MB, first line of output."""

    def __init__(self, command):
        start = time.perf_counter()
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall = time.perf_counter() - start
        self.cpu = used.ru_utime + used.ru_stime
        self.memory = used.ru_maxrss / 1024
        self.line = output.strip().splitlines()[0] if output.strip() else ""
        if process.returncode != 0:
            sys.exit(f"failed: {command}")


def in_turn(programs, rounds, check=None):
    """Runs all programs, round by round; the first round warms the caches and is not counted."""
    runs = {name: [] for name in programs}
    for number in range(rounds + 1):
        for name, command in programs.items():
            run = Run(command)
            if check and not run.line.startswith(check):
                sys.exit(f"{name} printed {run.line!r}, and not {check!r}")
            if number > 0:
                runs[name].append(run)
    return runs


def table(title, runs, rows=None):
    """Medians, and how many times the first program's figures each one takes."""
    print(f"\n## {title}")
    print("| program | wall s | least | CPU s | peak MB | wall ratio | CPU ratio |" + (" ns a row |" if rows else ""))
    print("|---|---|---|---|---|---|---|" + ("---|" if rows else ""))
    first = None
    for name, found in runs.items():
        wall, cpu = (statistics.median(getattr(run, what) for run in found) for what in ("wall", "cpu"))
        memory = max(run.memory for run in found)
        first = first or (wall, cpu)
        least = min(run.wall for run in found)
        line = f"| {name} | {wall:.2f} | {least:.2f} | {cpu:.2f} | {memory:.0f} | {wall / first[0]:.2f} | {cpu / first[1]:.2f} |"
        print(line + (f" {wall / rows * 1e9:.0f} |" if rows else ""), flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("program", "speed", "headway", "peers", "folder"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    rounds = int(os.environ.get("ROUNDS", "5"))
    peers = os.environ.get("PEERS", "polars duckdb").split()
    skip = os.environ.get("SKIP", "").split()
    folder, program = given.folder, given.program
    raw, lake, out = folder / "panel.parquet", folder / "lake", folder / "scores.parquet"

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {rounds} rounds; medians")
    Run([program, "import", raw, lake])
    peer_runs = {peer: [sys.executable, given.peers / f"run_{peer}.py", raw, folder / f"{peer}.parquet"] for peer in peers}
    if "score" not in skip:
        programs = {"headway, from the lake": [program, "score", lake, out]} | peer_runs
        table("Scoring 10 million observations of a million series", in_turn(programs, rounds, CHECK))
        programs = {
            "by the peers' rules": [program, "score", lake, out],
            "trajectory and xmr": [program, "methods", lake, out],
        }
        table("The same by Headway's own methods", in_turn(programs, rounds))
        programs = {
            "without odds": [program, "methods", lake, out],
            "with odds": [program, "odds", lake, out],
        }
        table("The whole scorecard: status, signal, odds, gap, rank", in_turn(programs, rounds))
    if "xmr" not in skip:
        xmr(program, folder, rounds)
    if "mixed" not in skip:
        mixed(given.speed, folder)
    if "import" not in skip:
        both = {"headway, import and score": [program, "both", raw, folder / "lake-both", out]}
        table("From the raw Parquet file, in one command", in_turn(both | peer_runs, rounds, CHECK))
    if "csv" not in skip:
        csv(given, rounds)
    if "growth" not in skip:
        growth(program, folder, rounds)


def xmr(program, folder, rounds):
    """XmR of a million series of 12 years of a simulated agency: all rules on the last point, and the limits."""
    raw, lake = folder / "raw-xmr.parquet", folder / "lake-xmr"
    if not lake.exists():
        Run([program, "simulate", 97_200, raw, 12])
        Run([program, "import", raw, lake])
    programs = {
        "headway, from the lake": [program, "xmr", lake, folder / "xmr.parquet"],
        "duckdb": [sys.executable, Path(__file__).with_name("xmr_duckdb.py"), raw, folder / "xmr-duckdb.parquet"],
    }
    check = Run(programs["duckdb"]).line
    table(f"XmR, {check.split()[0]} series of 12 points", in_turn(programs, rounds, check))


def mixed(speed, folder):
    """Panel odds alone, and random intercepts beside lmer, each timing its own fit."""
    print("\n## Methods alone")
    data = folder / "mixed.csv"
    subprocess.run([speed, data], check=True)
    if not shutil.which("Rscript"):
        print("left out: lmer (no R here; Debian: r-base-core r-cran-lme4)")
        return
    subprocess.run(["Rscript", Path(__file__).with_name("lmer.R"), data], check=True)


def csv(given, rounds):
    """CSV with full validation into the lake against duckdb, CSV to Parquet."""
    profile = Path(__file__).with_name("panel.toml")
    workspace = given.folder / "workspace"
    if not given.headway.exists():
        print("\nleft out: the headway program is not built, so no CSV is imported")
        return
    copy = "copy (select * from read_csv('{}', header=true, columns={})) to '{}' (format parquet)"
    columns = "{'year':'INTEGER','unit':'VARCHAR','group':'VARCHAR','n':'INTEGER','value':'DOUBLE'}"
    source = given.folder / "panel.csv"
    duckdb = copy.format(source, columns, given.folder / "csv.parquet")
    runs = {"headway import": [], "duckdb": []}
    for number in range(rounds + 1):
        shutil.rmtree(workspace, ignore_errors=True)
        Run([given.headway, "--workspace", workspace, "init"])
        imported = Run([given.headway, "--workspace", workspace, "import", source, "--profile", profile])
        copied = Run([sys.executable, "-c", f"import duckdb; duckdb.sql({duckdb!r})"])
        if number > 0:
            runs["headway import"].append(imported)
            runs["duckdb"].append(copied)
    table("10 million rows of CSV: validated into the lake, and duckdb's CSV to Parquet", runs)


def growth(program, folder, rounds):
    """Time a row and memory as the agency grows."""
    for schools in map(int, os.environ.get("SIZES", "10000 100000").split()):
        raw, lake, out = folder / f"raw-{schools}.parquet", folder / f"lake-{schools}", folder / "scores.parquet"
        if not raw.exists():
            Run([program, "simulate", schools, raw])
        rows = (schools + max(schools // 5, 1) + 1) * 100
        programs = {
            "import": [program, "import", raw, lake],
            "score": [program, "score", lake, out],
        }
        table(f"Growth: {rows:,} rows", in_turn(programs, rounds), rows)
        raw.unlink()
        shutil.rmtree(lake)


if __name__ == "__main__":
    main()
