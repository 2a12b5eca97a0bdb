"""OpenFisca-Core: persons in households, formulas over arrays of all of them. Numbers are float32."""

import numpy as np
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="Member", is_person=True)
Household = build_entity(key="household", plural="households", label="Household",
                         roles=[{"key": "member", "plural": "members", "label": "Member"}])
MONTH = period("2026-01")


def variable(name, entity, kind, formula=None):
    body = {"entity": entity, "definition_period": DateUnit.MONTH, "value_type": kind}
    return type(name, (Variable,), body if formula is None else body | {"formula": formula})


def size(household, month):
    return household.nb_persons()


def children(household, month):
    return household.sum(household.members("age", month) < 18)


def income(household, month):
    kept = np.maximum(0, household.members("earned", month) - 150)
    return household.sum(np.where(household.members("student", month), 0, kept))


def protected(household, month):
    return household.any((household.members("age", month) >= 60) + household.members("disabled", month))


def oldest(household, month):
    return household.max(household.members("age", month))


def limit(household, month):
    return 1300 + 450 * household("size", month)


def counted(household, month):
    rent = household("rent", month)
    rent = np.where(household("protected", month), rent, np.minimum(rent, 600))
    return np.maximum(0, household("income", month) - 80 * household("children", month) - rent)


def eligible(household, month):
    most = household("limit", month)
    low = household("income", month) <= most
    return (household("size", month) >= 1) * (household("oldest", month) >= 18) * (
        low + household("protected", month) * (household("counted", month) <= most))


def amount(household, month):
    benefit = np.maximum(0, 200 + 100 * household("size", month) - 0.3 * household("counted", month))
    return np.where(household("eligible", month), np.floor(benefit * 100) / 100, 0)


COMPUTED = [(size, int), (children, int), (income, float), (protected, bool), (oldest, int), (limit, float),
            (counted, float), (eligible, bool), (amount, float)]


def prepare(columns, form, threads):
    system = TaxBenefitSystem([Person, Household])
    given = {"age": (Person, int, columns.age), "earned": (Person, float, columns.income / 100),
             "disabled": (Person, bool, columns.disabled), "student": (Person, bool, columns.student),
             "rent": (Household, float, columns.rent / 100)}
    system.add_variables(*(variable(name, entity, kind) for name, (entity, kind, _) in given.items()),
                         *(variable(formula.__name__, Household, kind, formula) for formula, kind in COMPUTED))
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(len(columns.household)))
    households = builder.declare_entity("household", np.arange(len(columns.rent)))
    builder.join_with_persons(households, columns.household, ["member"] * len(columns.household))
    simulation = builder.build(system)
    for name, (_, _, values) in given.items():
        simulation.set_input(name, MONTH, values)
    return simulation


def decide(simulation):
    for formula, _ in COMPUTED:  # a simulation keeps what it has computed
        simulation.delete_arrays(formula.__name__, MONTH)
    return {formula.__name__: simulation.calculate(formula.__name__, MONTH) for formula, _ in COMPUTED}


def answers(result):
    def cents(name):
        return np.rint(result[name].astype(float) * 100).astype("<i8")

    return {"eligible": result["eligible"], "cents": cents("amount"), "income": cents("income"),
            **{name: result[name] for name in ("size", "children", "protected", "oldest")}}
