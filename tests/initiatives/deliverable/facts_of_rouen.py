"""What the printed deliverable of Rouen tells that is Rouen's own, as rouen.yaml retells it.

Left out are the slide of another city, the words of a template, and what a translator left behind.
"""

FACTS = [
    # The journey
    "September 2020 – January 2021", "February 2021 – April 2021", "May 2021 – July 2022",
    "August 2022 – September 2022",
    # Axes and openness
    "Improve the participation of citizens", "resilient to climate change",
    "green manufacturing and clean production", "green and smart mobility and transport",
    "develop international collaborations", "young innovators",
    # The state of the city
    "#MaMétropoleConnectée", "Two elected officials", "SDSI", "AD Normandie",
    "Normandie Web Xperts (NWX)", "Pôle TES", "RNFT", "Codeurs en Seine", "Normandigital",
    "Syntec Numérique", "Cléon 4.0", "NAE", "Mov'eo", "Seine Innopolis", "30 degree courses",
    "INSA", "ESIGELEC", "CESI", "Normandy Web School", "500 researchers", "Datalab Normandie",
    "regional data centre", "CRIGE", "Géonormandie", "OpenData France", "data protection officer",
    "ANSSI", "AFCDP", "CLUSIR", "Rouen Intelligent Mobility for All", "€5.2 million", "TIGA",
    "Horizon 2020", "2021–2027", "France Relance",
    # Vision, ambitions, matrix
    "Capital of the World After", "Towards a more inclusive and participative metropolis",
    "Towards a more attractive and dynamic metropolis",
    "Towards a more sustainable and resilient metropolis", "Mobilising an innovative ecosystem",
    "Putting data governance in place", "Involving citizens", "Simplifying access to services",
    "Building a shared infrastructure", "Living Lab", "Je participe", "Catalogue of services",
    "Connected cabins and telemedicine", "Responsible digital approach", "Mon tri",
    "Hospital of the Future", "Smart cap", "Public Wi-Fi", "Internet of things with sensors",
    # The app
    "Ma Métropole dans ma poche", "Communication department (COM)",
    "Information systems department (DSI)", "Orange", "Opening of the first tiles",
    "Number of tiles in the application", "12", "Number of municipalities visible",
    "Number of people using the application", "9000 since launch",
    "https://apps.apple.com/lr/app/rouen-m%C3%A9tropole-dans-ma-poche/id1568313714",
    # Open data
    "building the approach together with the municipalities", "8 February 2021", "June 2021",
    "at the end of 2021", "PRADA", "Metropolitan development council", "Citizen committee",
    "Number of open datasets by theme", "30", "Number of municipalities involved in the process",
    "Number of workshops organised", "Public opening of the platform 01/09",
    "https://data.metropole-rouen-normandie.fr", "every two months",
    # The energy datahub
    "Energy Datahub", "April 2021 – May 2021", "September 2021 – December 2021",
    "First quarter of 2022",
    "January 2022 – December 2022", "business intelligence", "350,000.00 EUR",
    "Number of data flows mapped", "Number of use cases addressed",
    "Impact assessment on energy consumption", "Work in progress", "12 560 234", "54", "museums",
    # Review
    "5 July 2021", "The search for funding", "Communication", "Too few people work on data",
    "Departments work in silos", "Digital skills within the house need support",
    "Make the strategy part of the master plan", "Evaluate what the metropolis",
    "Assess how relevant a project is", "consistent with one another", "Pool resources",
    "Goes on as planned", "The five municipalities keep working together",
    "Implement a responsible digital strategy", "Responsible Digital Institute",
    "responsible purchasing", "e-inclusion", "digitally fragile", "digital inclusion",
    "visualisations of data", "experiments with artificial intelligence",
    "Digital steering committee (COPIL)",
]  # fmt: skip
# What of them only the programme reads.
INTERNAL = ["350,000.00 EUR"]
