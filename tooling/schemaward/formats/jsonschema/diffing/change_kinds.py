"""The kinds of change in the semantic diff of two JSON Schemas: a closed set.

Grammar: ``<element>-<verb>``. The element names what the change is about (``property``, ``bound``, ``description``), the
verb what happened to it. Verbs come in pairs that mirror each other when old and new change places:

==============================  ===========================================================
``added`` / ``removed``         the element is in one side only
``widened`` / ``narrowed``      a set of types grew or shrank
``tightened`` / ``loosened``    a limit, by its own number
``opened`` / ``restricted``     a place that took anything now asks for something, and back
``opened`` / ``closed``         a place takes nothing, and takes something again
``allowed`` / ``forbidden``     the same for a whole schema (``true`` and ``false``)
``counted`` / ``ignored``       what was written before counts now, and back
``changed``, ``renamed``,       mirror themselves
``respelled``
==============================  ===========================================================

The verb tells what happened to the keyword. What that does to the documents is ``Change.effect``, which is proven
separately: a property that is *added* to an open object *narrows*.
"""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """Every kind of change, by the part of a schema that it concerns."""

    # the schema as a whole
    DRAFT_CHANGED = "draft-changed"
    VALUE_ALLOWED = "value-allowed"
    VALUE_FORBIDDEN = "value-forbidden"
    REFERENCE_CHANGED = "reference-changed"
    DEFINITION_ADDED = "definition-added"
    DEFINITION_REMOVED = "definition-removed"
    NOT_COMPARED = "schema-skipped"
    RESPELLED = "schema-respelled"
    KEYWORD_COUNTED = "keyword-counted"
    KEYWORD_IGNORED = "keyword-ignored"
    # any value
    TYPE_WIDENED = "type-widened"
    TYPE_NARROWED = "type-narrowed"
    TYPE_CHANGED = "type-changed"
    ENUM_ADDED = "enum-added"
    ENUM_REMOVED = "enum-removed"
    ENUM_VALUE_ADDED = "enum-value-added"
    ENUM_VALUE_REMOVED = "enum-value-removed"
    CONST_CHANGED = "const-changed"
    # numbers, lengths and counts
    BOUND_TIGHTENED = "bound-tightened"
    BOUND_LOOSENED = "bound-loosened"
    BOUND_CHANGED = "bound-changed"
    # strings
    PATTERN_ADDED = "pattern-added"
    PATTERN_REMOVED = "pattern-removed"
    PATTERN_CHANGED = "pattern-changed"
    FORMAT_ADDED = "format-added"
    FORMAT_REMOVED = "format-removed"
    FORMAT_CHANGED = "format-changed"
    # objects
    PROPERTY_ADDED = "property-added"
    PROPERTY_REMOVED = "property-removed"
    PROPERTY_RENAMED = "property-renamed"
    REQUIRED_ADDED = "required-added"
    REQUIRED_REMOVED = "required-removed"
    PATTERN_PROPERTY_ADDED = "pattern-property-added"
    PATTERN_PROPERTY_REMOVED = "pattern-property-removed"
    ADDITIONAL_PROPERTIES_OPENED = "additional-properties-opened"
    ADDITIONAL_PROPERTIES_RESTRICTED = "additional-properties-restricted"
    ADDITIONAL_PROPERTIES_CLOSED = "additional-properties-closed"
    UNEVALUATED_PROPERTIES_OPENED = "unevaluated-properties-opened"
    UNEVALUATED_PROPERTIES_RESTRICTED = "unevaluated-properties-restricted"
    UNEVALUATED_PROPERTIES_CLOSED = "unevaluated-properties-closed"
    PROPERTY_NAMES_OPENED = "property-names-opened"
    PROPERTY_NAMES_RESTRICTED = "property-names-restricted"
    PROPERTY_NAMES_CLOSED = "property-names-closed"
    DEPENDENCY_ADDED = "dependency-added"
    DEPENDENCY_REMOVED = "dependency-removed"
    # arrays
    ITEMS_OPENED = "items-opened"
    ITEMS_RESTRICTED = "items-restricted"
    ITEMS_CLOSED = "items-closed"
    TUPLE_ITEM_ADDED = "tuple-item-added"
    TUPLE_ITEM_REMOVED = "tuple-item-removed"
    UNEVALUATED_ITEMS_OPENED = "unevaluated-items-opened"
    UNEVALUATED_ITEMS_RESTRICTED = "unevaluated-items-restricted"
    UNEVALUATED_ITEMS_CLOSED = "unevaluated-items-closed"
    UNIQUENESS_ADDED = "uniqueness-added"
    UNIQUENESS_REMOVED = "uniqueness-removed"
    CONTAINS_ADDED = "contains-added"
    CONTAINS_REMOVED = "contains-removed"
    # composition
    COMPOSITION_ADDED = "composition-added"
    COMPOSITION_REMOVED = "composition-removed"
    COMPOSITION_CHANGED = "composition-changed"
    BRANCH_ADDED = "branch-added"
    BRANCH_REMOVED = "branch-removed"
    EXCLUSION_ADDED = "exclusion-added"
    EXCLUSION_REMOVED = "exclusion-removed"
    CONDITION_ADDED = "condition-added"
    CONDITION_REMOVED = "condition-removed"
    CONDITION_CHANGED = "condition-changed"
    # annotations: what asserts nothing where it stands
    TITLE_ADDED = "title-added"
    TITLE_REMOVED = "title-removed"
    TITLE_CHANGED = "title-changed"
    DESCRIPTION_ADDED = "description-added"
    DESCRIPTION_REMOVED = "description-removed"
    DESCRIPTION_CHANGED = "description-changed"
    DEFAULT_ADDED = "default-added"
    DEFAULT_REMOVED = "default-removed"
    DEFAULT_CHANGED = "default-changed"
    EXAMPLES_ADDED = "examples-added"
    EXAMPLES_REMOVED = "examples-removed"
    EXAMPLES_CHANGED = "examples-changed"
    COMMENT_ADDED = "comment-added"
    COMMENT_REMOVED = "comment-removed"
    COMMENT_CHANGED = "comment-changed"
    IDENTIFIER_ADDED = "identifier-added"
    IDENTIFIER_REMOVED = "identifier-removed"
    IDENTIFIER_CHANGED = "identifier-changed"
    ANNOTATION_ADDED = "annotation-added"
    ANNOTATION_REMOVED = "annotation-removed"
    ANNOTATION_CHANGED = "annotation-changed"


_ANNOTATION_ELEMENTS = ("title", "description", "default", "examples", "comment", "identifier", "annotation")

ANNOTATIONS: frozenset[Kind] = frozenset(kind for kind in Kind if kind.value.rpartition("-")[0] in _ANNOTATION_ELEMENTS)
"""The kinds whose effect is none by their nature."""
