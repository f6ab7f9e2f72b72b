from enum import StrEnum

from accounts.access import vocabulary


@vocabulary
class NetworkPermission(StrEnum):
    IS_THERE = "networks.see_metadata"  # and since when, for the auditor
    VIEW = "networks.view_networkperson"
    METADATA = "networks.see_network_metadata"  # how many, which relations; no name
    CONTACT = "networks.see_contact_permission"  # who may be met; no tie, no way to reach them
    VIEW_TIE = "networks.view_tie"
    VIEW_RESTRICTION = "networks.view_contactrestriction"
