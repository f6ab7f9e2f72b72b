"""What mypy cannot know of a request: `LockMiddleware` turns away whoever is not signed in before
a view runs, so its user is one of ours, and says in `sitting` whose session it is."""

from collections.abc import Callable

from mypy.nodes import TypeInfo
from mypy.plugin import AttributeContext, ClassDefContext, Plugin
from mypy.plugins.common import add_attribute_to_class
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
MARKS = {
    f"{REQUEST}.user": "accounts.models.User",
    f"{REQUEST}.sitting": "accounts.lock.Sitting",
}


class HousePlugin(Plugin):
    def get_customize_class_mro_hook(
        self, fullname: str
    ) -> Callable[[ClassDefContext], None] | None:
        return self.mark if fullname == REQUEST else None

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if fullname in MARKS:
            return lambda context: self.marked(MARKS[fullname], context)
        return None

    def mark(self, context: ClassDefContext) -> None:
        anything = AnyType(TypeOfAny.explicit)  # its class is not read yet
        add_attribute_to_class(context.api, context.cls, "sitting", anything)

    def marked(self, by: str, context: AttributeContext) -> Type:
        if context.is_lvalue:  # may be taken away again
            return context.default_attr_type
        symbol = self.lookup_fully_qualified(by)
        if symbol is None or not isinstance(symbol.node, TypeInfo):
            return context.default_attr_type
        return Instance(symbol.node, [])


def plugin(version: str) -> type[Plugin]:
    return HousePlugin
