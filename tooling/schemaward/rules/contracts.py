"""The rules on contracts, their files, their history, and what AWS Glue takes."""

from __future__ import annotations

from schemaward.rules.rule import Rule
from schemaward.verdict import Severity

CONTRACT_RULES: tuple[Rule, ...] = (
    # files and manifests
    Rule(
        "file-syntax",
        "A file cannot be parsed.",
        "A file that one parser reads and another refuses, or reads differently, is no contract. YAML follows YAML 1.2 (`NO` is a string), duplicate keys are refused, and aliases, depth and size are bounded.",
        "Mend the file at the place shown.",
    ),
    Rule(
        "manifest-invalid",
        "The manifest has an unknown field, a missing field, or a value that is not allowed.",
        "The manifest decides who is asked, what is compared and what is registered; a misspelt field would silently decide something else.",
        "Follow the published schema of the manifest; editors complete it when the first line names it.",
    ),
    Rule(
        "manifest-name",
        "The name in the manifest does not agree with its folder.",
        "Owners, reviewers and the registry find a contract by its path; two names for one thing get lost.",
        "Use `<domain>.<name>` for `contracts/<domain>/<name>/`.",
    ),
    Rule(
        "manifest-missing",
        "A folder of versions has no manifest.",
        "Without a manifest nobody owns the schema and no mode protects it.",
        "Add `contract.yaml`, by the example of another contract.",
    ),
    Rule(
        "registries-invalid",
        "The list of targets has an unknown field, a missing field, or a value that is not allowed.",
        "A sync to the wrong registry, Region or account cannot be taken back.",
        "Follow the published schema of `contracts/registries.yaml`.",
    ),
    Rule(
        "name-duplicate",
        "Two contracts would be the same schema in the registry.",
        "Their versions would be registered into one history.",
        "Give one of them another `registry.schema-name`.",
    ),
    Rule(
        "version-missing",
        "A contract has no version.",
        "There is nothing to check or to register.",
        "Add `v1` with the suffix of its format: `.json`, `.yaml`, `.avsc` or `.proto`.",
    ),
    Rule(
        "version-gap",
        "The version numbers do not count up by one from 1.",
        "A gap hides a version that was deleted, or will collide with one that is still on a branch.",
        "Number the versions v1, v2, v3, ... without gaps.",
    ),
    Rule(
        "version-duplicate",
        "One version number has two files.",
        "Nobody can tell which of them is the version.",
        "Keep one of the files.",
    ),
    Rule(
        "file-unexpected",
        "A file in a contract's folder is neither a manifest, a version, nor an example.",
        "A misnamed version (`V2.json`, `v02.json`) would be left out of every check and every sync.",
        "Name it `v<N>` with the suffix of its format (`.json`, `.yaml`, `.avsc`, `.proto`), or move it out of the folder.",
    ),
    # schemas
    Rule(
        "schema-invalid",
        "A schema is not a valid schema of its draft, or of its format.",
        "Validators refuse it, or worse, ignore the part that they do not understand.",
        "Mend the keyword at the place shown.",
    ),
    Rule(
        "schema-pattern",
        "A regular expression is not valid in ECMA 262, the dialect that JSON Schema names.",
        "Validators differ on what they do with it.",
        "Write the pattern in ECMA 262.",
    ),
    Rule(
        "schema-open-root",
        "The root of a schema constrains nothing.",
        "Every document passes, and AWS Glue compares nothing: definitions that no `$ref` reaches do not count.",
        "Give the root a `type`, or a `$ref` to the definition that is meant.",
    ),
    Rule(
        "ref-outside",
        "A `$ref` asks for the network, an absolute path, or a file outside the repository.",
        "A check must mean the same tomorrow, and a pull request must not make it read other files.",
        "Copy the schema into the repository and refer to it by a relative path.",
    ),
    Rule(
        "ref-unresolved",
        "A `$ref` points to nothing.",
        "The schema cannot be used by any validator.",
        "Point it to a definition that exists.",
    ),
    Rule(
        "ref-loop",
        "A `$ref` leads back to itself without any keyword in between.",
        "No document can be judged by it: validators loop for ever or give up.",
        "Refer to the schema that is meant.",
    ),
    # examples
    Rule(
        "example-refused",
        "A document in `examples/valid` does not pass the schema.",
        "Either the example or the schema does not say what its author means.",
        "Mend the example or the schema; `v<N>.` at the start of its name ties it to one version.",
    ),
    Rule(
        "example-accepted",
        "A document in `examples/invalid` passes the schema.",
        "The schema does not forbid what its author wanted forbidden.",
        "Tighten the schema, or move the example to `examples/valid`.",
    ),
    # compatibility
    Rule(
        "backward-break",
        "The new version refuses documents that an earlier version allowed.",
        "Consumers that move to the new version cannot read data that was written before, or that old producers still write.",
        "Make the new version accept what the old one accepted, or start a new contract.",
    ),
    Rule(
        "forward-break",
        "The new version allows documents that an earlier version refuses.",
        "Consumers that stay on the earlier version cannot read what new producers write.",
        "Keep the new version within what the old one accepts, or start a new contract.",
    ),
    Rule(
        "compatibility-undecided",
        "Compatibility could be neither proven nor refuted.",
        "An unproven yes would be a guess; the reason says what stood in the way.",
        "Simplify the part that the reason names.",
    ),
    Rule(
        "document-refused",
        "A reader refuses a document that a writer may write.",
        "This is the detail behind a break: the keyword of the reader, and what it says of the document.",
        "Loosen the keyword in the reader, or tighten the writer.",
    ),
    Rule(
        "mode-disabled",
        "A contract in mode DISABLED has a new version.",
        "DISABLED freezes the contract; AWS Glue refuses every further version.",
        "Change the mode first, in a change of its own, or start a new contract.",
    ),
    Rule(
        "schema-unchanged",
        "A version says the same as an earlier one.",
        "AWS Glue recognises the definition and returns the earlier version; no new version appears, and the latest stays what it was.",
        "Drop the version, or make the definitions differ (a `description` is enough).",
    ),
    # what AWS Glue takes
    Rule(
        "glue-draft",
        "The draft of a JSON Schema is not one that AWS Glue takes.",
        "AWS Glue takes Draft-04, Draft-06 and Draft-07 only.",
        "Write the schema in Draft-07.",
    ),
    Rule(
        "glue-size",
        "A definition is larger than AWS Glue takes (170,000 bytes).",
        "The registration would be refused after the merge.",
        "Split the contract, or shorten descriptions.",
    ),
    Rule(
        "glue-name",
        "A name, tag or description is not one that AWS Glue takes.",
        "The registration would be refused after the merge.",
        "Keep to letters, digits and `-_$#.` in names (at most 255), and to AWS's limits for tags and descriptions.",
    ),
    Rule(
        "glue-refuses",
        "The check allows the version, but AWS Glue is expected to refuse it.",
        "The merge would be green and the sync red.",
        "Set `registry.mode: NONE`, so that Git is the gate, or keep to what AWS Glue allows.",
    ),
    # history
    Rule(
        "version-edited",
        "A published version was edited.",
        "Data and applications depend on it as it was; the registry cannot change it.",
        "Restore the file and add a new version.",
    ),
    Rule(
        "version-deleted",
        "A published version was deleted.",
        "Data written with it can no longer be judged or read by contract.",
        "Restore the file. A contract ends with `status: retired`.",
    ),
    Rule(
        "version-renamed",
        "The file of a published version was renamed.",
        "A version is found by its path and number.",
        "Restore the file name.",
    ),
    Rule(
        "contract-deleted",
        "A published contract was deleted or moved.",
        "Its schema stays in the registry without an owner, and its readers lose their guard.",
        "Restore the folder; to end the contract set `status: retired`.",
    ),
    Rule(
        "mode-weakened",
        "The compatibility mode, the policy, or the severity of a rule promises less than before.",
        "Readers and writers relied on the promise.",
        "Restore it. Where the owners agree to promise less, they merge the change over this finding, as a change of nothing else.",
    ),
    Rule(
        "format-changed",
        "The data format of a published contract changed.",
        "AWS Glue fixes the format when a schema is created; readers of the old format cannot read the new.",
        "Start a new contract.",
    ),
    Rule(
        "schema-renamed",
        "A published contract is another schema in the registry than before.",
        "All its versions are registered anew with other ids, and the schema of before belongs to no contract: nobody guards it, and no sync can prune it.",
        "Restore `registry.schema-name`. For a new name, start a new contract and set this one to `status: retired`.",
        Severity.WARNING,
    ),
    Rule(
        "status-unpublished",
        "A published contract went back to draft or proposed.",
        "Its versions would lose their protection, and the sync would forget it.",
        "Use `deprecated` or `retired`.",
    ),
    Rule(
        "owner-removed",
        "An owner was removed from a published contract.",
        "The remaining owners should know; a contract must not change hands in passing.",
        "Restore the owner, or have the change approved by the owner who leaves.",
        Severity.WARNING,
    ),
    # owners
    Rule(
        "codeowners-missing",
        "CODEOWNERS does not name the owners of a contract.",
        "GitHub asks only the owners in CODEOWNERS for a review.",
        "Run `schemaward codeowners`.",
    ),
    Rule(
        "codeowners-stale",
        "The generated block of CODEOWNERS is not what the manifests say.",
        "Somebody is asked who no longer owns the contract, or an edit by hand will be lost at the next run.",
        "Run `schemaward codeowners`; write rules of your own outside the block.",
    ),
)
