"""Names of people who do not exist: ordinary first names, family names that nobody bears."""

words = str.split  # no name holds a space

MEN = words("""
    Mikkel Emil Jonas Rasmus Kasper Anders Nikolaj Simon Malthe Oliver Villads Tobias Frederik
    Yusuf Ibrahim Amir Hamza Tarik Samir Bilal Mateusz Dmitri Luan Abdi Kwame Minh Sivan
    Aleksander Jacob Lukas Magnus Karim Osman Zlatko
""")
WOMEN = words("""
    Sofie Ida Freja Laura Mathilde Amina Leyla Zainab Katarzyna Thuy Signe Maja Camilla Fatima
    Nadia Line
""")
FAMILY_NAMES = words("""
    Prøvegaard Eksempelsen Demodal Papirholm Opfundsen Testlund Kladdeby Skitseborg Fantasgaard
    Påfundsen Modelkær Udkastrup Læsehøj Attrapsen Blyantsø Øvelsesgaard Fiktivsen Skabelonby
    Mønstergaard Tegneserup Digtvad Påhitborg Pladsholm Legeskov Forsøgsen Prototoft Notesbæk
    Figurholt Kulisseby Gættelund Eventyrsø Rollemark Stedfortrup Versbjerg Kartonsen Legodal
    Rammested Tænkeholm Ordlegby Romankær Papmose Viskelund Arkivlund Bogstavsen Dukkeborg
    Efterligsen Globusholm Halmdukke Indbildsen Kopigaard Luftslottet Maskeby Omslagsen
    Pseudonymby Rekvisitsen Scenekær Tekstborg Vandmærksen Gipsgaard Linealsen Tavleholm
""")

# relation -> (as the mentee calls the person, kind)
NETWORK = {
    "mother": (("Mum", "private"),),
    "father": (("Dad", "private"),),
    "sister": (("Big sister Lone", "private"), ("Sister Amal", "private")),
    "brother": (("Brother Ali", "private"), ("Little brother Bo", "private")),
    "partner": (("Girlfriend", "private"), ("Partner Kim", "private")),
    "child": (("Daughter, 6", "private"), ("Son, 9", "private")),
    "other_kin": (("Uncle Per", "private"), ("Cousin Sam", "private")),
    "friend": (("Friend from school", "private"), ("Old friend J", "private")),
    "teacher": (("The workshop teacher", "professional"),),
    "employer": (("The joiner", "professional"),),
    "sports": (("The trainer", "community"), ("Running club", "community")),
    "community": (("The volunteer", "community"),),
    "neighbour": (("Neighbour", "private"),),
}
BARRED = ("former_partner", "Former partner")
