"""The rules in force as a table: one line a permission, one column a role.

A cell holds the letter of the role's reach (access.md, "Roles") where a rule gives rows, `p`
where the permission opens a page that has no rows, `-` where there is nothing. The last column
tells whether a decision can show it: with the section of the file in which the rows stand.
"""

from collections.abc import Iterator

from accounts import access
from accounts.roles import Role

HEADER = ["model", "permission", *Role, "by decision"]


def matrix() -> Iterator[list[str]]:
    """Lines in the order of model and permission."""
    cells: dict[tuple[str, str], dict[Role, str]] = {}
    sections: dict[tuple[str, str], str] = {}
    for rule in access.RULES:
        for permission in rule.permissions:
            line = (rule.model._meta.label_lower, str(permission))
            if rule.role:
                cells.setdefault(line, {})[rule.role] = rule.role.reach
            shows = permission == access.view_permission(rule.model)
            if shows and access.can_be_shown(rule.model):
                sections[line] = rule.model.section.name.lower()
    for permission, roles in access.PAGES.items():
        cells.setdefault(("-", str(permission)), {}).update(dict.fromkeys(roles, "p"))
    for line, by_role in sorted(cells.items()):
        given = [by_role.get(role, "-") for role in Role]
        yield [*line, *given, sections.get(line, "-")]
