"""The rules in force as a table: one line a permission, one column a role.

A cell holds the letter of the role's reach (access.md, "Roles") where a rule gives rows, `p`
where the permission opens a page that has no rows, `-` where there is nothing. Behind the roles
stands whether a decision can show it: with the section of the file in which the rows stand, or
row by row to readers who are named. The last column names the rules, since one role may have
several.
"""

from collections.abc import Iterator

from accounts import access
from accounts.roles import Role

HEADER = ["model", "permission", *Role, "by decision", "by rule"]


def matrix() -> Iterator[list[str]]:
    """Lines in the order of model and permission."""
    cells: dict[tuple[str, str], dict[Role, str]] = {}
    sections: dict[tuple[str, str], str] = {}
    rules: dict[tuple[str, str], set[str]] = {}
    for rule in access.RULES:
        for permission in rule.permissions:
            line = (rule.model._meta.label_lower, str(permission))
            rules.setdefault(line, set()).add(rule.capacity)
            if rule.role:
                cells.setdefault(line, {})[rule.role] = rule.role.reach
            shows = permission == access.view_permission(rule.model)
            if shows and access.can_be_shown(rule.model):
                named = " or named" if access.has_named_readers(rule.model) else ""
                sections[line] = rule.model.section.name.lower() + named
    for permission, roles in access.PAGES.items():
        cells.setdefault(("-", str(permission)), {}).update(dict.fromkeys(roles, "p"))
    for line, by_role in sorted(cells.items()):
        given = [by_role.get(role, "-") for role in Role]
        named = "; ".join(sorted(rules.get(line, ["-"])))
        yield [*line, *given, sections.get(line, "-"), named]
