"""Candidates with contributions, and households with members: columns drawn with a fixed seed, kept in files, and the
right answers by NumPy in whole cents.
"""

import shutil
from pathlib import Path

import numpy as np

CANDIDATES = 300
CAP, ENOUGH, GIFTS, DISTRICTS = 35_000, 5_000_000, 100, 20  # of contributions.rules.json, in cents


class Columns:
    """The columns of a folder, one file each."""

    def __init__(self, folder):
        for path in Path(folder).glob("*.npy"):
            setattr(self, path.stem, np.load(path))


def generate(folder, make, rows):
    """Writes what make(rows) gives, one file each; where this file has written it, nothing is done."""
    complete, source = folder / "complete", Path(__file__).read_text()
    if complete.exists() and complete.read_text() == source:
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, values in make(rows).items():
        np.save(folder / f"{name}.npy", values)
    complete.write_text(source)


def contributions(rows):
    """Half of all rows are of one candidate, the others alike of 299. A candidate's pool has a donor for three of its
    rows; a fifth of the gifts are of a tenth of the donors. Rows are in any order.
    """
    random = np.random.Generator(np.random.PCG64(2026))
    counts = np.full(CANDIDATES, (rows - rows // 2) // (CANDIDATES - 1))
    counts[0] = rows - counts[1:].sum()
    candidate = np.repeat(np.arange(CANDIDATES, dtype="<i4"), counts)
    random.shuffle(candidate)
    pool = (counts // 3 + 1)[candidate]
    pool = np.where(random.random(rows, "<f4") < 0.1, pool // 10 + 1, pool)
    donor = (random.random(rows) * pool).astype("<i8")
    del pool
    donor += candidate * 1_000_003
    donor = (donor * 2_654_435_761 % 1_999_999_973).astype("<i4")
    amount = random.integers(1, 70_000, rows, "<i8")
    district = (random.random(rows, "<f4") ** 2 * 51).astype("<i4").clip(0, 50)
    requested = random.integers(1_000_000, 3_000_000_000, CANDIDATES)

    keys = candidate.astype("<i8") << 32 | donor
    order = np.argsort(keys)
    keys, sums = keys[order], amount[order]
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    capped = np.minimum(np.add.reduceat(sums, begins), CAP)
    counted = np.zeros(CANDIDATES, "<i8")
    np.add.at(counted, keys[begins] >> 32, capped)
    per_district = np.bincount(candidate * 51 + district, minlength=CANDIDATES * 51).reshape(CANDIDATES, 51)
    districts = (per_district >= GIFTS).sum(axis=1)
    eligible = (counted >= ENOUGH) & (districts >= DISTRICTS)
    return {"candidate": candidate, "donor": donor, "amount": amount, "district": district, "requested": requested,
            "right_eligible": eligible, "right_cents": np.where(eligible, np.minimum(counted, requested), 0),
            "right_counted": counted, "right_districts": districts}


def households(rows):
    """Households of one to eight members, 2.5 on average; members stand household by household."""
    random = np.random.Generator(np.random.PCG64(2026))
    sizes = random.choice(np.arange(1, 9), rows, p=[.28, .34, .16, .12, .06, .02, .01, .01])
    household = np.repeat(np.arange(rows, dtype="<i4"), sizes)
    begins = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    members = len(household)
    age = random.integers(0, 95, members).astype("<i4")
    # Multiples of 25 dollars, and sums below 2^17, so that float32 has each exactly.
    income = np.where((age >= 16) & (random.random(members) < 0.7), random.integers(0, 160, members) * 2_500, 0)
    disabled, student = random.random(members) < 0.07, (age >= 16) & (age < 26) & (random.random(members) < 0.4)
    rent = random.integers(0, 80, rows) * 2_500

    children = np.add.reduceat((age < 18).astype("<i8"), begins)
    countable = np.add.reduceat(np.where(student, 0, np.maximum(0, income - 15_000)), begins)
    protected = np.logical_or.reduceat((age >= 60) | disabled, begins)
    oldest = np.maximum.reduceat(age, begins)
    limit = 130_000 + 45_000 * sizes
    counted = np.maximum(0, countable - 8_000 * children - np.where(protected, rent, np.minimum(rent, 60_000)))
    eligible = (oldest >= 18) & ((countable <= limit) | protected & (counted <= limit))
    amount = np.maximum(0, 10 * (20_000 + 10_000 * sizes) - 3 * counted) // 10
    return {"household": household, "age": age, "income": income.astype("<i8"), "disabled": disabled,
            "student": student, "sizes": sizes, "rent": rent, "right_eligible": eligible,
            "right_cents": np.where(eligible, amount, 0), "right_size": sizes, "right_children": children,
            "right_income": countable, "right_protected": protected, "right_oldest": oldest}
