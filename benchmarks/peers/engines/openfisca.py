"""OpenFisca-Core: the rule as variables over arrays, as documented, or with the figures in an array too. Numbers are
float32.
"""

import datetime

import numpy as np
from applicants import MONTHS, OFFICES, PLANS, AS_OF
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="Applicant", is_person=True)
Office = Enum("Office", {name: name for name in OFFICES})
Plan = Enum("Plan", {name: name for name in PLANS})
DAY = period(str(AS_OF))


class office(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = Enum
    possible_values = Office
    default_value = Office.pta


class plan(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = Enum
    possible_values = Plan
    default_value = Plan.none


class on_ballot_since(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = datetime.date


class raised(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = float


class requested(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = float


class share(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = float

    def formula(person, day, parameters):
        rules = parameters(day)
        return rules.cap_share * rules.average_cost[person("office", day)]


def share_by_array():
    """Returns the variable `share` written otherwise: the documented lookup is a Python loop over the applicants."""
    def formula(person, day, parameters):
        rules = parameters(day)
        costs = np.array([rules.average_cost[name] for name in OFFICES], np.float32)
        return rules.cap_share * costs[person("office", day)]

    return type("share", (Variable,), {"entity": Person, "definition_period": DateUnit.DAY, "value_type": float,
                                       "formula": formula})


class eligible(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = bool

    def formula(person, day, parameters):
        waited = person("on_ballot_since", day) <= np.datetime64(str(day.start.offset(-MONTHS, DateUnit.MONTH)))
        return waited & ((person("raised", day) >= person("share", day)) | (person("plan", day) == Plan.thorough))


class amount(Variable):
    entity = Person
    definition_period = DateUnit.DAY
    value_type = float

    def formula(person, day, parameters):
        least = np.minimum(person("requested", day), person("share", day))
        return np.where(person("eligible", day), np.floor(least * 100) / 100, 0)


def prepare(applicants, form, threads):
    system = TaxBenefitSystem([Person])
    system.parameters = ParameterNode("", data={
        "cap_share": {"values": {"2017-01-01": 0.15}},
        "average_cost": {name: {"values": {"2017-01-01": cost}} for name, cost in OFFICES.items()}})
    system.add_variables(office, plan, on_ballot_since, raised, requested, eligible, amount,
                         share if form == "documented" else share_by_array())
    simulation = SimulationBuilder().build_default_simulation(system, applicants.rows)
    for name, values in (("office", applicants.office), ("plan", applicants.plan),
                         ("on_ballot_since", applicants.since.astype("datetime64[D]")),
                         ("raised", applicants.raised / 100), ("requested", applicants.requested / 100)):
        simulation.set_input(name, DAY, values)
    return simulation


def decide(simulation):
    for name in ("share", "eligible", "amount"):  # a simulation keeps what it has computed
        simulation.delete_arrays(name, DAY)
    return simulation.calculate("eligible", DAY), simulation.calculate("amount", DAY)


def answers(result):
    eligible, amount = result
    return eligible, np.rint(amount.astype(float) * 100)
