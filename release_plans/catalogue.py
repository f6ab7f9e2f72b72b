"""The milestone templates that the scheme begins with: domain.md section 6.3.

Sourced offsets are P01, P02, P14, P15, P16, P24 and R15; the others are judgement. A change is a
new version of a template: the one that plans were made from stays as it was.
"""

from typing import NamedTuple

from release_plans.models import Category, Evidence, Responsible, TemplateItem, Variant

C, E, R = Category, Evidence, Responsible
Counted = TemplateItem.AnchoredTo
WEEKS = 7  # days


class Item(NamedTuple):
    """One milestone; `days` from the day that it is `counted` from, negative before it."""

    code: str
    category: Category
    responsible: Responsible
    days: int
    evidence: Evidence
    mandatory: bool = False
    counted: TemplateItem.AnchoredTo = Counted.RELEASE
    valid_weeks: int | None = None
    after: str = ""  # the code of what comes first, where the template has that

    @property
    def after_release(self) -> bool:
        return self.code.startswith("R")


class Template(NamedTuple):
    code: Variant
    version: int
    items: tuple[Item, ...]


SENTENCE = Template(
    Variant.SENTENCE,
    1,
    (
        Item(
            "P01",
            C.PLAN,
            R.CASEWORKER,
            4 * WEEKS,
            E.DOCUMENT,
            mandatory=True,
            counted=Counted.ENROLMENT,
        ),
        Item("P02", C.PLAN, R.CASEWORKER, -52 * WEEKS, E.MEETING, mandatory=True),
        Item("P03", C.HOUSING, R.CASEWORKER, -40 * WEEKS, E.DOCUMENT),
        Item("P04", C.PAPERS, R.CASEWORKER, -30 * WEEKS, E.CHECKLIST),
        Item("P05", C.FAMILY, R.MENTOR, -26 * WEEKS, E.CONSENT, mandatory=True),
        Item("P06", C.FINANCE, R.CASEWORKER, -26 * WEEKS, E.DOCUMENT),
        Item("P07", C.WORK, R.MENTOR, -26 * WEEKS, E.DOCUMENT),
        Item("P08", C.HEALTH, R.CASEWORKER, -26 * WEEKS, E.CONSENT),
        Item("P09", C.SAFETY, R.PROBATION_ADMIN, -26 * WEEKS, E.DECISION, mandatory=True),
        Item("P10", C.FAMILY, R.MENTOR, -20 * WEEKS, E.MEETING),
        Item("P11", C.HOUSING, R.CASEWORKER, -20 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("P12", C.COMMUNITY, R.MENTOR, -18 * WEEKS, E.MEETING),
        Item("P13", C.PLAN, R.MENTOR, -16 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("P14", C.PLAN, R.CASEWORKER, -14 * WEEKS, E.APPOINTMENT, mandatory=True),
        Item("P15", C.PLAN, R.CASEWORKER, -12 * WEEKS, E.DOCUMENT, mandatory=True, after="P14"),
        Item("P16", C.HOUSING, R.MUNICIPALITY, -12 * WEEKS, E.DECISION),
        Item("P17", C.FINANCE, R.MUNICIPALITY, -10 * WEEKS, E.CONFIRMATION, mandatory=True),
        Item("P18", C.WORK, R.MUNICIPALITY, -10 * WEEKS, E.MEETING),
        Item("P19", C.SAFETY, R.CASEWORKER, -8 * WEEKS, E.CONFIRMATION, mandatory=True),
        Item("P20", C.HEALTH, R.CASEWORKER, -8 * WEEKS, E.APPOINTMENT),
        Item(
            "P21",
            C.HOUSING,
            R.CASEWORKER,
            -6 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            valid_weeks=8,
        ),
        Item(
            "P22",
            C.FINANCE,
            R.CASEWORKER,
            -6 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            valid_weeks=8,
        ),
        Item("P23", C.DIGITAL, R.MENTOR, -6 * WEEKS, E.CHECKLIST),
        Item("P24", C.LEGAL, R.CASEWORKER, -4 * WEEKS, E.DECISION, mandatory=True),
        Item("P25", C.FAMILY, R.MENTOR, -4 * WEEKS, E.MEETING, mandatory=True, after="P10"),
        Item("P26", C.SAFETY, R.MENTOR, -3 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("P27", C.PLAN, R.MENTOR, -2 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("P28", C.HOUSING, R.MUNICIPALITY, -2 * WEEKS, E.APPOINTMENT),
        Item("P29", C.HEALTH, R.CASEWORKER, -1 * WEEKS, E.CONFIRMATION),
        Item("P30", C.PAPERS, R.CASEWORKER, -1 * WEEKS, E.CHECKLIST, mandatory=True),
        Item("R01", C.AFTERCARE, R.MENTOR, 0, E.MEETING, mandatory=True),
        Item("R02", C.AFTERCARE, R.MENTOR, 3, E.MEETING, mandatory=True, after="R01"),
        Item("R03", C.LEGAL, R.CASEWORKER, 1 * WEEKS, E.CONFIRMATION, mandatory=True),
        Item("R04", C.PAPERS, R.MUNICIPALITY, 1 * WEEKS, E.CONFIRMATION),
        Item("R05", C.FINANCE, R.MENTOR, 4 * WEEKS, E.STATUS, mandatory=True),
        Item("R06", C.AFTERCARE, R.COACH, 4 * WEEKS, E.MEETING, mandatory=True),
        Item("R07", C.HOUSING, R.MENTOR, 4 * WEEKS, E.STATUS),
        Item("R08", C.WORK, R.MENTOR, 6 * WEEKS, E.STATUS),
        Item("R09", C.FAMILY, R.MENTOR, 6 * WEEKS, E.MEETING),
        Item("R10", C.AFTERCARE, R.COACH, 8 * WEEKS, E.MEETING, mandatory=True),
        Item("R11", C.AFTERCARE, R.MENTOR, 13 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("R12", C.HOUSING, R.MENTOR, 13 * WEEKS, E.STATUS, after="R07"),
        Item("R13", C.AFTERCARE, R.MENTOR, 26 * WEEKS, E.DOCUMENT, mandatory=True),
        Item("R14", C.AFTERCARE, R.MENTOR, 39 * WEEKS, E.DOCUMENT),
        Item("R15", C.AFTERCARE, R.MENTOR, 52 * WEEKS, E.DOCUMENT, mandatory=True),
    ),
)

AFTER_RELEASE = tuple(item for item in SENTENCE.items if item.after_release)
# What nobody leaves out of a plan that says nothing of a supervision.
FIRST_MONTHS = tuple(item for item in AFTER_RELEASE if item.mandatory and item.code != "R03")

REMAND = Template(
    Variant.REMAND,
    1,
    (
        Item(
            "U01",
            C.FINANCE,
            R.CASEWORKER,
            1 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            counted=Counted.ENROLMENT,
        ),
        # Refreshed at every court deadline. The term is four weeks at most, so two weeks before
        # its end is also within two weeks of enrolment, as the table asks.
        Item(
            "U02",
            C.PLAN,
            R.MENTOR,
            -2 * WEEKS,
            E.DOCUMENT,
            mandatory=True,
            counted=Counted.COURT_DEADLINE,
        ),
        Item(
            "U03",
            C.HOUSING,
            R.CASEWORKER,
            4 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            counted=Counted.ENROLMENT,
        ),
        Item(
            "U04",
            C.FAMILY,
            R.CASEWORKER,
            1 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            counted=Counted.ENROLMENT,
        ),
        Item(
            "U05",
            C.SAFETY,
            R.CASEWORKER,
            1 * WEEKS,
            E.CONFIRMATION,
            mandatory=True,
            counted=Counted.ENROLMENT,
        ),
        # Without a date until a release is decided; then they stand.
        *FIRST_MONTHS,
    ),
)

# Under sixteen weeks left: what is mandatory, in the time that there is.
SHORT = Template(
    Variant.SHORT,
    1,
    tuple(item for item in SENTENCE.items if item.mandatory),
)

KEPT_BEFORE_EXPULSION = {"P05", "P19", "P25", "P26", "P30"}
EXPULSION = Template(
    Variant.EXPULSION,
    1,
    (
        *(item for item in SENTENCE.items if item.code in KEPT_BEFORE_EXPULSION),
        Item("X01", C.COMMUNITY, R.CASEWORKER, -4 * WEEKS, E.CONFIRMATION, mandatory=True),
    ),
)

ON_PAROLE = Template(
    Variant.ON_PAROLE,
    1,
    tuple(item._replace(counted=Counted.ENROLMENT) for item in AFTER_RELEASE),
)

TEMPLATES = (SENTENCE, REMAND, SHORT, EXPULSION, ON_PAROLE)

# What each code stands for, in the languages of the scheme.
TITLES = {
    "P01": {
        "en": "Plan officer named, mentor's part in the action plan",
        "da": "Handleplansansvarlig udpeget, mentors del skrevet ind i handleplanen",
        "fr": "Référent·e nommé·e, mentorat inscrit au plan d'action individuel",
    },
    "P02": {
        "en": "First co-ordination with the home municipality",
        "da": "Første koordinering med hjemkommunen",
        "fr": "Première coordination avec la commune d'origine",
    },
    "P03": {
        "en": "Tenancy, arrears and belongings mapped",
        "da": "Lejemål, restancer og ejendele kortlagt",
        "fr": "Bail, arriérés et effets personnels recensés",
    },
    "P04": {
        "en": "Identity papers listed, applications sent",
        "da": "Legitimationspapirer gennemgået, ansøgninger sendt",
        "fr": "Papiers d'identité recensés, demandes envoyées",
    },
    "P05": {
        "en": "Network map drawn with the mentee",
        "da": "Netværkskort tegnet sammen med mentee",
        "fr": "Carte du réseau dessinée avec la personne accompagnée",
    },
    "P06": {
        "en": "Debts listed, debt adviser contacted",
        "da": "Gæld opgjort, gældsrådgiver kontaktet",
        "fr": "Dettes recensées, conseil en désendettement contacté",
    },
    "P07": {
        "en": "Goal for work or education set, CV written",
        "da": "Mål for job eller uddannelse sat, CV skrevet",
        "fr": "Objectif d'emploi ou de formation fixé, CV rédigé",
    },
    "P08": {
        "en": "Need for health follow-up clarified",
        "da": "Behov for sundhedsopfølgning afklaret",
        "fr": "Besoin de suivi de santé clarifié",
    },
    "P09": {
        "en": "Need for co-operation between authorities decided",
        "da": "Behov for myndighedssamarbejde afgjort",
        "fr": "Besoin de coopération entre autorités tranché",
    },
    "P10": {
        "en": "First network meeting, in custody",
        "da": "Første netværksmøde, under afsoningen",
        "fr": "Première réunion de réseau, en détention",
    },
    "P11": {
        "en": "Housing application sent to the municipality",
        "da": "Boligansøgning sendt til kommunen",
        "fr": "Demande de logement déposée auprès de la commune",
    },
    "P12": {
        "en": "Leave used to meet a new setting",
        "da": "Udgang brugt til at møde et nyt miljø",
        "fr": "Permission de sortir mise à profit pour découvrir un nouveau milieu",
    },
    "P13": {
        "en": "Needs reviewed with the mentee",
        "da": "Behov gennemgået sammen med mentee",
        "fr": "Besoins revus avec la personne accompagnée",
    },
    "P14": {
        "en": "Invitations to the release meeting sent",
        "da": "Indkaldelse til løsladelsesmøde sendt",
        "fr": "Invitations à la réunion de préparation à la sortie envoyées",
    },
    "P15": {
        "en": "Release meeting held",
        "da": "Løsladelsesmøde holdt",
        "fr": "Réunion de préparation à la sortie tenue",
    },
    "P16": {
        "en": "Help with deposit and furniture applied for",
        "da": "Hjælp til indskud og møbler søgt",
        "fr": "Aide au dépôt de garantie et à l'ameublement demandée",
    },
    "P17": {
        "en": "Income from the first day agreed",
        "da": "Forsørgelse fra første dag aftalt",
        "fr": "Revenu dès le premier jour convenu",
    },
    "P18": {
        "en": "Meeting with job centre, employer or school held",
        "da": "Møde med jobcenter, arbejdsgiver eller skole holdt",
        "fr": "Rencontre avec le service de l'emploi, un employeur ou une école tenue",
    },
    "P19": {
        "en": "Contact rules checked and explained",
        "da": "Kontaktregler gennemgået og forklaret",
        "fr": "Règles de contact vérifiées et expliquées",
    },
    "P20": {
        "en": "Doctor or treatment after release booked",
        "da": "Læge eller behandling efter løsladelse aftalt",
        "fr": "Médecin ou soins après la sortie réservés",
    },
    "P21": {
        "en": "Suitable residence documented",
        "da": "Passende bopæl dokumenteret",
        "fr": "Logement convenable attesté",
    },
    "P22": {
        "en": "Income documented",
        "da": "Forsørgelse dokumenteret",
        "fr": "Ressources attestées",
    },
    "P23": {
        "en": "Digital ID, bank account and phone arranged",
        "da": "MitID, NemKonto og telefon på plads",
        "fr": "Identité numérique, compte bancaire et téléphone en place",
    },
    "P24": {
        "en": "Parole decision known, conditions explained",
        "da": "Afgørelse om prøveløsladelse kendt, vilkår forklaret",
        "fr": "Décision de libération conditionnelle connue, obligations expliquées",
    },
    "P25": {
        "en": "Second network meeting: the first 72 hours",
        "da": "Andet netværksmøde: de første 72 timer",
        "fr": "Deuxième réunion de réseau : les premières 72 heures",
    },
    "P26": {
        "en": "Personal coping and support plan written",
        "da": "Personlig plan for mestring og støtte skrevet",
        "fr": "Plan personnel de soutien et de gestion du quotidien rédigé",
    },
    "P27": {
        "en": "First day planned hour by hour",
        "da": "Første dag planlagt time for time",
        "fr": "Premier jour planifié heure par heure",
    },
    "P28": {
        "en": "Keys and change of address prepared",
        "da": "Nøgler og adresseændring forberedt",
        "fr": "Clés et changement d'adresse préparés",
    },
    "P29": {
        "en": "Medicine for the first days requested",
        "da": "Medicin til de første dage bestilt",
        "fr": "Médicaments des premiers jours demandés",
    },
    "P30": {
        "en": "Final check: papers, property, travel, phone",
        "da": "Sidste tjek: papirer, ejendele, transport, telefon",
        "fr": "Dernière vérification : papiers, effets, trajet, téléphone",
    },
    "R01": {
        "en": "Contact on the day of release",
        "da": "Kontakt på løsladelsesdagen",
        "fr": "Contact le jour de la sortie",
    },
    "R02": {
        "en": "Second contact within 72 hours",
        "da": "Anden kontakt inden for 72 timer",
        "fr": "Deuxième contact dans les 72 heures",
    },
    "R03": {
        "en": "First supervision meeting attended",
        "da": "Første tilsynsmøde gennemført",
        "fr": "Premier rendez-vous de suivi probatoire honoré",
    },
    "R04": {
        "en": "Address, doctor and health card registered",
        "da": "Adresse, læge og sundhedskort registreret",
        "fr": "Adresse, médecin et carte de santé enregistrés",
    },
    "R05": {
        "en": "First income received",
        "da": "Første indtægt modtaget",
        "fr": "Premier revenu reçu",
    },
    "R06": {
        "en": "Weekly contacts reviewed half-way",
        "da": "Ugentlig kontakt gjort op halvvejs",
        "fr": "Contacts hebdomadaires : bilan à mi-parcours",
    },
    "R07": {
        "en": "Still housed, and safe there",
        "da": "Har stadig bolig og er tryg der",
        "fr": "Toujours logé·e, et en sécurité",
    },
    "R08": {
        "en": "Work, school or activity begun",
        "da": "Job, skole eller aktivitet begyndt",
        "fr": "Emploi, formation ou activité commencé",
    },
    "R09": {
        "en": "Network meeting in the community",
        "da": "Netværksmøde ude i lokalsamfundet",
        "fr": "Réunion de réseau hors détention",
    },
    "R10": {
        "en": "Eight-week review, contact rhythm agreed",
        "da": "Otteugers status, kontaktrytme aftalt",
        "fr": "Bilan à huit semaines, rythme des contacts convenu",
    },
    "R11": {
        "en": "Three-month review",
        "da": "Tremåneders status",
        "fr": "Bilan à trois mois",
    },
    "R12": {
        "en": "Housing sustained",
        "da": "Boligen fastholdt",
        "fr": "Logement conservé",
    },
    "R13": {
        "en": "Six-month review",
        "da": "Seksmåneders status",
        "fr": "Bilan à six mois",
    },
    "R14": {
        "en": "Plan for tapering off and for the own network",
        "da": "Plan for nedtrapning og overgang til eget netværk",
        "fr": "Plan d'espacement et de relais vers le réseau personnel",
    },
    "R15": {
        "en": "Closing conversation, feedback and outcome",
        "da": "Afsluttende samtale, tilbagemelding og resultat",
        "fr": "Entretien de clôture, retour et résultat",
    },
    "U01": {
        "en": "Municipality and benefits contacted",
        "da": "Kontakt til kommune og ydelser tjekket",
        "fr": "Contact avec la commune et prestations vérifiés",
    },
    "U02": {
        "en": "Pack for an unplanned release up to date",
        "da": "Pakke til uventet løsladelse ajourført",
        "fr": "Dossier pour une sortie imprévue à jour",
    },
    "U03": {
        "en": "Tenancy, job and school kept or closed",
        "da": "Bolig, job og skole bevaret eller opsagt",
        "fr": "Bail, emploi et études conservés ou résiliés",
    },
    "U04": {
        "en": "Children and dependants cared for",
        "da": "Børn og andre afhængige er der sørget for",
        "fr": "Enfants et personnes à charge pris en charge",
    },
    "U05": {
        "en": "Contact rules confirmed before any relative is called",
        "da": "Kontaktregler bekræftet, før pårørende kontaktes",
        "fr": "Règles de contact confirmées avant tout appel aux proches",
    },
    "X01": {
        "en": "Contact made where the mentee will live",
        "da": "Kontakt skabt dér, hvor mentee skal bo",
        "fr": "Contact établi là où la personne vivra",
    },
}

# What there is to tick off, by the code of the milestone.
CHECKLISTS = {
    "P04": (
        {"code": "id", "en": "Passport or ID", "da": "Pas eller ID", "fr": "Passeport ou CNI"},
        {
            "code": "permit",
            "en": "Residence permit, if needed",
            "da": "Opholdstilladelse, hvis nødvendig",
            "fr": "Titre de séjour, si nécessaire",
        },
        {
            "code": "health",
            "en": "Health card",
            "da": "Sundhedskort",
            "fr": "Carte de santé",
        },
    ),
    "P23": (
        {"code": "eid", "en": "Digital ID", "da": "MitID", "fr": "Identité numérique"},
        {"code": "bank", "en": "Bank account", "da": "NemKonto", "fr": "Compte bancaire"},
        {"code": "post", "en": "Digital post", "da": "Digital Post", "fr": "Courrier numérique"},
        {"code": "phone", "en": "Phone", "da": "Telefon", "fr": "Téléphone"},
    ),
    "P30": (
        {"code": "papers", "en": "Papers", "da": "Papirer", "fr": "Papiers"},
        {"code": "property", "en": "Property", "da": "Ejendele", "fr": "Effets personnels"},
        {"code": "clothes", "en": "Clothes", "da": "Tøj", "fr": "Vêtements"},
        {"code": "travel", "en": "Travel", "da": "Transport", "fr": "Trajet"},
        {"code": "cash", "en": "Cash", "da": "Kontanter", "fr": "Espèces"},
        {
            "code": "phone",
            "en": "Charged phone",
            "da": "Opladet telefon",
            "fr": "Téléphone chargé",
        },
    ),
}


# Days from the due date, and who is reminded: domain.md section 6.1, rule 8.
LADDER = (
    (-14, "responsible"),
    (-7, "responsible"),
    (-1, "responsible"),
    (0, "responsible"),
    (3, "responsible"),
    (7, "coach"),
    (14, "probation_admin"),
)
