"""Asks a running Headway for a mix of pages at a constant rate and says how long the answers took, and how large they are."""

import argparse
import http.client
import queue
import random
import re
import threading
import time
import urllib.parse

MEASURES = ["sim-g3-reading", "sim-g8-math-below", "sim-attendance", "sim-advanced", "sim-fafsa", "sim-connected"]
GROUPS = ["all", "ecd", "cwd", "lep", "mbl", "mhi", "mwh"]


def place(rng):
    district = rng.randint(1, 400)
    return f"{district:05}{rng.choice(['000', '001'])}"


def page(rng):
    """One address of the mix: what people look at, the heavy pages among it."""
    measure, group = rng.choice(MEASURES), rng.choice(GROUPS)
    kind = rng.random()
    if kind < 0.12:
        return "/simulated"
    if kind < 0.32:
        return f"/simulated/measure/{measure}"
    if kind < 0.47:
        return f"/simulated/measure/{measure}?unit={place(rng)}&group={group}"
    if kind < 0.55:
        return f"/simulated/measure/{measure}?level=school&page={rng.randint(0, 30)}"
    if kind < 0.60:
        return f"/simulated/measure/{measure}?period={rng.randint(2020, 2024)}"
    if kind < 0.80:
        return f"/simulated/place/{place(rng)}"
    if kind < 0.86:
        return f"/simulated/places?level={rng.choice(['district', 'school'])}&page={rng.randint(0, 3)}"
    if kind < 0.91:
        return "/simulated/groups"
    if kind < 0.95:
        return f"/search?q=district+{rng.randint(1, 400)}"
    return rng.choice(["/", "/simulated/plan", "/simulated/plan/summary", "/simulated/measures", "/simulated/data"])


def fetch(connection, path):
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask(host, work, results, start):
    connection = http.client.HTTPConnection(host, timeout=30)
    while (job := work.get()) is not None:
        due, path = job
        wait = start + due - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        status, body = fetch(connection, path)
        results.append((time.perf_counter() - start - due, status, len(body), path))


def wait_until_warm(host, most):
    """The server learns the panels after it starts: ready when every kind of page answers quickly."""
    rng, began = random.Random(1), time.perf_counter()
    connection = http.client.HTTPConnection(host, timeout=60)
    slow = True
    while slow and time.perf_counter() - began < most:
        slow = False
        for _ in range(200):
            before = time.perf_counter()
            fetch(connection, page(rng))
            slow |= time.perf_counter() - before > 0.1
    return time.perf_counter() - began


def largest(host):
    """The largest page, without its pictures: over the mix."""
    rng, connection = random.Random(2), http.client.HTTPConnection(host, timeout=30)
    found = (0, "")
    for path in {page(rng) for _ in range(600)}:
        _, body = fetch(connection, path)
        found = max(found, (len(re.sub(rb"<svg.*?</svg>", b"", body, flags=re.S)), path))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--warm", type=float, default=240, help="give up waiting for readiness after so many seconds")
    args = parser.parse_args()
    host = urllib.parse.urlparse(args.address).netloc

    connection = http.client.HTTPConnection(host, timeout=60)
    before = time.perf_counter()
    fetch(connection, "/simulated")
    print(f"first page {1000 * (time.perf_counter() - before):.0f} ms; ready after {wait_until_warm(host, args.warm):.0f} s")
    size, path = largest(host)
    print(f"largest page without pictures {size} bytes: {path}")

    rng, work, results = random.Random(3), queue.Queue(), []
    count = int(args.rate * args.seconds)
    for i in range(count):
        work.put((i / args.rate, page(rng)))
    threads = 32
    for _ in range(threads):
        work.put(None)
    start = time.perf_counter()
    workers = [threading.Thread(target=ask, args=(host, work, results, start)) for _ in range(threads)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]

    times = sorted(result[0] * 1000 for result in results)
    share = lambda p: times[min(len(times) - 1, int(p * len(times)))]
    bad = sum(1 for result in results if result[1] != 200)
    print(
        f"{len(times)} requests at {args.rate:.0f} a second: median {share(0.5):.1f} ms, 95th percentile {share(0.95):.1f} ms, "
        f"99th {share(0.99):.1f} ms, longest {times[-1]:.1f} ms; {bad} not answered with 200"
    )
    for seconds, status, size, path in sorted(results, reverse=True)[:5]:
        print(f"  {1000 * seconds:7.1f} ms  {status}  {size:7} bytes  {path}")


main()
