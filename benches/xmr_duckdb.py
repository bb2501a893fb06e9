"""XmR with the NHS rules on the last point of every series, as duckdb does it best: one window over each series with LAG,
then arithmetic on the columns of its last row. Prints series, signals by rule, sums of the means and of the limits' widths."""

import sys

import duckdb

POINTS = 12  # that a series has at most
source, out = sys.argv[1:3]

v = [f"v{k}" for k in range(POINTS)]  # newest first; v0 is the point judged
m = [f"abs(v{k} - v{k + 1})" for k in range(POINTS - 1)]
known = " + ".join(f"(v{k} is not null)::int" for k in range(POINTS))
total = " + ".join(f"coalesce(v{k}, 0)" for k in range(POINTS))
ranges = " + ".join(f"coalesce({x}, 0)" for x in m)
# Values have one decimal. In whole tenths, what equals a limit or the mean does not seem to lie beside it.
small = [f"round({x} * 10) * 1000 * (k - 1) < 3267 * range_tenths" for x in m]
kept = " + ".join(f"case when {cond} then {x} else 0 end" for cond, x in zip(small, m))
kept_many = " + ".join(f"coalesce({cond}, false)::int" for cond in small)
near = 2 * 2.66 / 3


def side(k):
    return f"sign(round(v{k} * 10) * k - tenths)"


def sides(many):
    return " and ".join(f"{side(k)} = side" for k in range(1, many))


def close(k):
    return f"(v{k} between lpl and upl and (v{k} < mean - {near} * a or v{k} > mean + {near} * a))::int"


rising = " and ".join(f"v{k} > v{k + 1}" for k in range(6))
falling = " and ".join(f"v{k} < v{k + 1}" for k in range(6))

query = f"""
with d as (
    select unit, "group" g, value v0, lead(year) over w later, {", ".join(f"lag(value, {k}) over w v{k}" for k in range(1, POINTS))}
    from read_parquet('{source}') where value is not null
    window w as (partition by unit, "group" order by year)),
e as (select *, {known} k, ({total}) / ({known}) mean, round(({total}) * 10) tenths, round(({ranges}) * 10) range_tenths, nullif({ranges}, 0) / (({known}) - 1) amr from d where later is null),
f as (select *, coalesce(nullif({kept}, 0) / nullif({kept_many}, 0), amr) a from e),
h as (select *, mean - 2.66 * a lpl, mean + 2.66 * a upl, {side(0)} side from f)
select unit, g, k, mean, lpl, upl, case
    when v0 > upl then 'above-limit' when v0 < lpl then 'below-limit'
    when {rising} then 'rising' when {falling} then 'falling'
    when side = 0 then 'none'
    when {sides(3)} and {close(0)} = 1 and {close(0)} + {close(1)} + {close(2)} >= 2
        then if(side > 0, 'two-of-three-above', 'two-of-three-below')
    when {sides(7)} then if(side > 0, 'run-above', 'run-below')
    else 'none' end signal
from h"""
con = duckdb.connect()
con.execute("set preserve_insertion_order = false")
con.execute(f"copy ({query}) to '{out}' (format parquet)")
rules = ("%limit", "%ing", "two%", "run%")
counts = ", ".join(f"count(*) filter (signal like '{rule}')" for rule in rules)
print(*con.execute(f"select count(*), {counts}, round(sum(mean), 1), round(sum(upl - lpl), 1) from '{out}'").fetchone())
