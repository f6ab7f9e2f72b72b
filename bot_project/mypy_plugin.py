"""What mypy cannot know of a request: `LoginRequiredMiddleware` turns away whoever is not
signed in before a view runs, so its user is one of ours."""

from collections.abc import Callable

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, Plugin
from mypy.types import Instance, Type

USER = "accounts.models.User"


class HousePlugin(Plugin):
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if fullname.endswith("HttpRequest.user"):
            return self.signed_in
        return None

    def signed_in(self, context: AttributeContext) -> Type:
        symbol = self.lookup_fully_qualified(USER)
        if symbol is None or not isinstance(symbol.node, TypeInfo):
            return context.default_attr_type
        return Instance(symbol.node, [])


def plugin(version: str) -> type[Plugin]:
    return HousePlugin
