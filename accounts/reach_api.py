"""The API over the one rule: a base for every view that reads rows. Apart from `accounts.api`,
which the framework loads while it is itself still loading."""

from typing import Any

from django.db import models
from django.http import Http404
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.guard import note_reading
from audit import trail


class ReachViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Reads the rows of one model on which the rule gives `required_permission`, and no others.

    A row that is hidden answers as one that never was; both leave the same line in the trail.
    """

    required_permission: str
    model: type[models.Model]
    related: tuple[str, ...] = ()

    def get_queryset(self) -> models.QuerySet:
        rows = self.model.objects.permitted(self.request.user, self.required_permission)
        return rows.select_related(*self.related) if self.related else rows

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.get_queryset()) or []
        trail.listed(request._request, page, capacity=self.capacity("list"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def get_object(self) -> Any:
        """The row with the capacity in which it is read. Raises Http404."""
        user, key = self.request.user, self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        found = self.get_queryset().with_capacity(user, self.required_permission)
        row = found.filter(**{self.lookup_field: key}).first()
        if row is None:
            trail.denied(self.request._request, f"{self.model._meta.label_lower}:{key}")
            raise Http404
        row.reader_capacity = self.capacity(row.reader_capacity)
        note_reading(self.request._request, row)
        return row

    def capacity(self, of: str) -> str:
        """How this answer is read; with a token, by which one."""
        token = self.request.auth
        return f"{of}, in the role {token.assignment.role} by token {token}" if token else of
