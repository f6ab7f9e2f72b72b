"""Templates: what is usually due. The catalogue gives the first versions, the office the next."""

import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from audit.trail import ByHand, record
from core.changes import apply
from core.dates import today
from core.errors import Refusal
from release_plans import catalogue
from release_plans.models import MilestoneTemplate, TemplateItem


class NotEdited(Refusal):
    """A template cannot be changed like this."""


@transaction.atomic
def load_templates(*, by: User | ByHand | None) -> list[MilestoneTemplate]:
    """Add what the catalogue has and the database lacks; a version that stands is left alone."""
    added = [
        _load(template)
        for template in catalogue.TEMPLATES
        if not MilestoneTemplate.objects.filter(
            code=template.code, version=template.version
        ).exists()
    ]
    if added:
        codes = ", ".join(f"{template.code} {template.version}" for template in added)
        record("templates.loaded", by=by, target=added, codes=codes)
    return added


def _load(template: catalogue.Template) -> MilestoneTemplate:
    loaded = MilestoneTemplate.objects.create(
        code=template.code, version=template.version, valid_from=today()
    )
    items: dict[str, TemplateItem] = {}
    for item in template.items:
        items[item.code] = TemplateItem.objects.create(
            template=loaded,
            code=item.code,
            category=item.category,
            titles=catalogue.TITLES[item.code],
            responsible=item.responsible,
            anchored_to=item.counted,
            offset_days=item.days,
            after_release=item.after_release,
            after=items.get(item.after),
            mandatory=item.mandatory,
            evidence=item.evidence,
            valid_for_weeks=item.valid_weeks,
            checklist=catalogue.CHECKLISTS.get(item.code, []),
        )
    return loaded


@transaction.atomic
def begin_version(template: MilestoneTemplate, *, by: User) -> MilestoneTemplate:
    """Begin the next version of a variant, as a draft with the items of this one."""
    versions = MilestoneTemplate.objects.select_for_update().filter(code=template.code)
    latest = versions.order_by("version").last() or template
    draft = MilestoneTemplate(code=template.code, version=latest.version + 1)
    draft.full_clean()
    draft.save()
    copies: dict[int, TemplateItem] = {}
    for item in template.items.order_by("pk"):
        before, item.pk, item.template = item.pk, None, draft
        copies[before] = item
        item._state.adding = True
    for item in copies.values():
        follows, item.after = item.after_id, None
        item.save()
        item.after_id = follows
    for item in copies.values():
        if item.after_id:
            item.after = copies[item.after_id]
            item.save(update_fields=["after"])
    record("template.begun", by=by, target=draft, template=_code(draft))
    return draft


@transaction.atomic
def add_item(template: MilestoneTemplate, *, by: User, **particulars: Any) -> TemplateItem:
    """One more item of a draft; `particulars` are the fields of `TemplateItem`."""
    _check_is_draft(template)
    item = TemplateItem(template=template, **particulars)
    _check(item)
    item.save()
    record("template.changed", by=by, target=template, template=_code(template), item=item.code)
    return item


@transaction.atomic
def change_item(item: TemplateItem, *, by: User, **changes: Any) -> TemplateItem:
    """Change an item of a draft. Raises NotEdited for a version that is in force."""
    item = TemplateItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    _check_is_draft(item.template)
    changed = apply(item, changes)
    if changed:
        _check(item)
        item.save(update_fields=changed)
        named = {"template": _code(item.template), "item": item.code}
        record("template.changed", by=by, target=item.template, **named)
    return item


@transaction.atomic
def drop_item(item: TemplateItem, *, by: User) -> None:
    """Take an item out of a draft; what had to wait for it waits no longer."""
    template = item.template
    _check_is_draft(template)
    named = {"template": _code(template), "item": item.code}
    item.followed_by.update(after=None)
    TemplateItem.objects.filter(pk=item.pk).delete()
    record("template.dropped", by=by, target=template, **named)


@transaction.atomic
def publish_template(
    template: MilestoneTemplate, *, by: User, on: datetime.date
) -> MilestoneTemplate:
    """Put a draft into force from a day: new plans are made from it then, and `adopt_version`
    brings the running ones over. From now on it stays as it is. Raises NotEdited."""
    template = MilestoneTemplate.objects.select_for_update().get(pk=template.pk)
    _check_is_draft(template)
    if on < today():
        raise NotEdited({"on": _("A template cannot have been in force already.")})
    _check_whole(list(template.items.select_related("after")))
    template.valid_from = on
    template.save(update_fields=["valid_from"])
    record("template.published", by=by, target=template, template=_code(template))
    return template


def _code(template: MilestoneTemplate) -> str:
    return f"{template.code} {template.version}"


def _check_is_draft(template: MilestoneTemplate) -> None:
    if not template.is_draft:
        raise NotEdited(
            _("This version is in force, and plans are made from it. Begin a new version.")
        )


def _check(item: TemplateItem) -> None:
    """Raises ValidationError, with a sentence for each field."""
    item.full_clean()
    missing = [name for code, name in settings.LANGUAGES if not item.titles.get(code)]
    if missing:
        languages = ", ".join(str(name) for name in missing)
        raise NotEdited(
            {"titles": _("A title is wanting in: %(languages)s.") % {"languages": languages}}
        )
    if item.after and item.after.template_id != item.template_id:
        raise NotEdited({"after": _("Choose an item of the same template.")})


def _check_whole(items: list[TemplateItem]) -> None:
    """Raises NotEdited where the items contradict each other."""
    if not any(item.mandatory for item in items):
        raise NotEdited(_("At least one item has to be mandatory."))
    for item in items:
        seen = {item.pk}
        before = item.after
        while before is not None:
            if before.pk in seen:
                raise NotEdited(
                    _("%(item)s waits for itself. Change what it comes after.")
                    % {"item": item.code}
                )
            seen.add(before.pk)
            before = next((each.after for each in items if each.pk == before.pk), None)
        if item.after and _is_earlier(item, item.after):
            raise NotEdited(
                _("%(item)s is due before %(before)s, which it comes after.")
                % {"item": item.code, "before": item.after.code}
            )


def _is_earlier(item: TemplateItem, before: TemplateItem) -> bool:
    same = item.anchored_to == before.anchored_to
    return same and item.offset_days < before.offset_days
