"""May it stay? One lookup in the tables of `rules/policy`, and the sentence that says why."""

from __future__ import annotations

from phiguard.model import IDENTIFIERS, Action, Consent, Decision, Finding, Link, UsageError
from phiguard.rulebook import Policy, Rulebook


def choose(book: Rulebook, name: str) -> Policy:
    """The policy of that name; UsageError names the ones there are."""
    try:
        return book.policies[name]
    except KeyError:
        raise UsageError(f"no policy {name!r}; there are: {', '.join(sorted(book.policies))}") from None


def decide(policy: Policy, finding: Finding, link: Link, consent: Consent | None = None) -> Decision:
    """The action for a finding and its owner. A valid consent record allows what the policy would otherwise stop."""
    action = policy.action(link.subject, finding.code)
    if action is not Action.ALLOW and consent is not None and consent.status == "valid":
        return Decision(finding, link, Action.ALLOW, f"covered by an authorization: {consent.scope}", consent)
    return Decision(finding, link, action, _reason(policy, finding, link, action), consent)


def _reason(policy: Policy, finding: Finding, link: Link, action: Action) -> str:
    if action is not Action.ALLOW and policy.subjects[link.subject] is not action:
        return f"{link.evidence}; {policy.id} asks for this of every {IDENTIFIERS[finding.code].title.lower()}"
    if action is Action.BLOCK and not link.subject.protected:
        return f"{finding.why}; under {policy.id} it goes, whoever owns it"
    return link.evidence
