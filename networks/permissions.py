from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class NetworkPermission(StrEnum):
    VIEW = "networks.view_networkperson"
    METADATA = "networks.see_network_metadata"  # how many, which relations; no name
    VIEW_TIE = "networks.view_tie"
    VIEW_RESTRICTION = "networks.view_contactrestriction"
