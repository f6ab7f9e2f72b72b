"""The structure, by real names: who lies within which area, and how closed an institution is."""

from casework.demo.names import words
from organisations.models import Organisation

Security = Organisation.Security

DIRECTORATE = "Direktoratet for Kriminalforsorgen"
EAST, WEST = "Kriminalforsorgen Øst", "Kriminalforsorgen Vest"

# The three in which the demonstration's mentees are held.
VESTRE, STORSTROEM, ENNER_MARK = "Vestre Fængsel", "Storstrøm Fængsel", "Enner Mark Fængsel"

INSTITUTIONS = {
    EAST: {
        VESTRE: Security.REMAND,
        STORSTROEM: Security.CLOSED,
        "Herstedvester Fængsel": Security.CLOSED,
        "Horserød Fængsel": Security.OPEN,
        "Hillerød Arrest": Security.REMAND,
        "Køge Arrest": Security.REMAND,
        "Udslusningsfængslet Fanøgade": Security.HALFWAY,
    },
    WEST: {
        ENNER_MARK: Security.CLOSED,
        "Nyborg Fængsel": Security.CLOSED,
        "Søbysøgård Fængsel": Security.OPEN,
        "Møgelkær Fængsel": Security.OPEN,
        "Renbæk Fængsel": Security.OPEN,
        "Aarhus Arrest": Security.REMAND,
        "Odense Arrest": Security.REMAND,
        "Udslusningsfængslet Skejby": Security.HALFWAY,
    },
}

PROBATION_OFFICES = {
    EAST: ("KiF København", "KiF Næstved"),
    WEST: ("KiF Aarhus", "KiF Odense"),
}

# All 98 of them.
MUNICIPALITIES = {
    EAST: words("""
        Albertslund Allerød Ballerup Bornholm Brøndby Dragør Egedal Faxe Fredensborg
        Frederiksberg Frederikssund Furesø Gentofte Gladsaxe Glostrup Greve Gribskov
        Guldborgsund Halsnæs Helsingør Herlev Hillerød Holbæk Hvidovre Høje-Taastrup Hørsholm
        Ishøj Kalundborg København Køge Lejre Lolland Lyngby-Taarbæk Næstved Odsherred Ringsted
        Roskilde Rudersdal Rødovre Slagelse Solrød Sorø Stevns Tårnby Vallensbæk Vordingborg
    """),
    WEST: words("""
        Aabenraa Aalborg Aarhus Assens Billund Brønderslev Esbjerg Faaborg-Midtfyn Fanø Favrskov
        Fredericia Frederikshavn Haderslev Hedensted Herning Hjørring Holstebro Horsens
        Ikast-Brande Jammerbugt Kerteminde Kolding Langeland Lemvig Læsø Mariagerfjord
        Middelfart Morsø Norddjurs Nordfyns Nyborg Odder Odense Randers Rebild Ringkøbing-Skjern
        Samsø Silkeborg Skanderborg Skive Struer Svendborg Syddjurs Sønderborg Thisted Tønder
        Varde Vejen Vejle Vesthimmerlands Viborg Ærø
    """),
}
