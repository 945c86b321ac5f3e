"""Rules that a profile must hold as a whole.

A rule is one function in a ``rules_*`` module, listed here. The first group must hold for the
others to have a meaning: they follow keys from table to table.
"""

from profiles import rules_aggregate as aggregate
from profiles import rules_columns as columns
from profiles import rules_dicom as dicom
from profiles import rules_dp as dp
from profiles import rules_images as images
from profiles import rules_joins as joins
from profiles import rules_persons as persons
from profiles import rules_references as references
from profiles import rules_register as register
from profiles import rules_sdv as sdv
from profiles import rules_search as search
from profiles import rules_steps as steps
from profiles import rules_structure as structure
from profiles import rules_synth as synth
from profiles import rules_text as text
from profiles.errors import ProfileError
from profiles.model import Profile
from profiles.rules import Locate, Rule

STRUCTURE: tuple[Rule, ...] = (
    synth.tables_are_there,
    images.series_table_is_ours,
    images.images_share_a_person,
    images.images_move_as_the_tables,
    dicom.images_are_described_well,
    structure.table_names,
    structure.column_names,
    structure.names_differ_by_more_than_case,
    structure.key_columns_are_listed,
    structure.foreign_keys_have_a_target,
)

INHERITANCE: tuple[Rule, ...] = (structure.inherit_leads_to_one_column,)

MEANING: tuple[Rule, ...] = (
    columns.direct_identifiers_are_protected,
    columns.steps_fit_the_type,
    columns.format_is_for_dates,
    columns.values_have_the_type,
    columns.keyed_steps_have_a_secret,
    columns.sample_has_a_secret,
    steps.steps_name_columns_of_the_table,
    steps.columns_aggregated_together_agree,
    steps.steps_name_dates,
    text.redactions_are_possible,
    joins.every_table_leads_to_a_person,
    persons.one_person_a_row,
    joins.key_types_agree,
    joins.joins_hold,
    references.references_are_published,
    references.known_events_are_published,
    references.class_thresholds_ask_something,
    register.registers_have_names,
    register.registers_name_columns,
    register.registers_compare_what_can_be,
    register.simulation_is_as_strong_as_declared,
    search.searched_columns_can_be,
    search.search_settings_name_searched_columns,
    search.search_levels_are_ordered,
    references.policy_is_known,
    references.thresholds_have_a_reason,
    references.export_words_are_known,
    aggregate.aggregates_stand_alone,
    aggregate.aggregated_columns_have_names,
    aggregate.dimensions_are_columns,
    aggregate.sums_are_numbers,
    aggregate.totals_are_readable,
    synth.synthesis_stands_alone,
    synth.settings_are_of_the_engine,
    synth.floor_is_that_of_the_policy,
    synth.scenarios_are_known,
    synth.orders_are_of_days,
    synth.orders_agree,
    sdv.single_table_engines_have_one,
    sdv.hma_has_its_limits,
    dp.private_synthesis_stands_alone,
    dp.private_columns_have_domains,
    dp.private_ranges_name_columns,
)


def find_mistakes(profile: Profile, locate: Locate) -> list[ProfileError]:
    """Every broken rule of the first group that has one; at most one mistake for a place."""
    for rules in (STRUCTURE, INHERITANCE, MEANING):
        found = [mistake for rule in rules for mistake in rule(profile, locate)]
        if found:
            return list({mistake.place: mistake for mistake in reversed(found)}.values())[::-1]
    return []
