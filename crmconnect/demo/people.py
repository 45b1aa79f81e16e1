"""The invented company of the demo and the people around it; CUIs have right check digits and belong to nobody."""

from __future__ import annotations

from stdnum.ro import cui

COMPANY = {
    "company_name": "Conect Distribuție SRL",
    "registration_number": "J12/2214/2016",
    "is_vat_payer": 1,
    "currency": "RON",
    "email": "office@conect.example",
    "phone": "+40264555120",
    "address_line": "Calea Turzii 178",
    "city": "Cluj-Napoca",
    "county": "RO-CJ",
    "postal_code": "400495",
    "country": "RO",
    "iban": "RO49AAAA1B31007593840000",
    "bank": "Banca Exemplu",
}
STAFF = (
    ("ana.pop@conect.example", "Ana", "Pop", ("Connect SDR",)),
    ("mihai.rusu@conect.example", "Mihai", "Rusu", ("Connect Sales Agent",)),
    ("ioana.marin@conect.example", "Ioana", "Marin", ("Connect Sales Agent",)),
    ("vlad.ene@conect.example", "Vlad", "Ene", ("Connect Sales Manager",)),
    ("dana.ilie@conect.example", "Dana", "Ilie", ("Connect Finance",)),
)
AGENTS = ("mihai.rusu@conect.example", "ioana.marin@conect.example")
#: name, city, county, street, currency, contact
CLIENTS = (
    ("Moara Albă Panificație SRL", "Cluj-Napoca", "RO-CJ", "Str. Fabricii 12", "RON", "Andreea Moldovan"),
    ("Atelierul de Lemn SRL", "Brașov", "RO-BV", "Str. Zizinului 45", "RON", "Cătălin Stan"),
    ("Farmaciile Sfânta Ana SA", "Iași", "RO-IS", "Bd. Ștefan cel Mare 3", "RON", "Raluca Țurcanu"),
    ("Construct Ținutul SRL", "Timișoara", "RO-TM", "Calea Șagului 101", "RON", "Florin Bălan"),
    ("Livada Dâmbovicioara SRL", "Câmpulung", "RO-AG", "Str. Negru Vodă 8", "RON", "Maria Șerban"),
    ("Instal Oltețul SRL", "Craiova", "RO-DJ", "Str. Brestei 77", "RON", "Dragoș Neagu"),
    ("Pensiunea Valea Verde SRL", "Sibiu", "RO-SB", "Str. Cisnădiei 20", "RON", "Elena Pârvu"),
    ("Logistic Dobrogea SA", "Constanța", "RO-CT", "Bd. Mamaia 210", "RON", "George Dinu"),
    ("Bucătăria Urbană SRL", "SECTOR3", "RO-B", "Str. Lipscani 44", "RON", "Irina Vasile"),
    ("Apicola Codrii SRL", "Suceava", "RO-SV", "Str. Mihai Viteazul 6", "EUR", "Petru Lungu"),
)
#: code, name, unit, price, VAT, stock item
ITEMS = (
    ("FAI-650-25", "Făină albă tip 650, sac 25 kg", "buc", 62.5, "TVA 11%", 1),
    ("DRJ-1", "Drojdie proaspătă 1 kg", "buc", 18.99, "TVA 11%", 1),
    ("ULE-10", "Ulei de floarea-soarelui 10 l", "buc", 89.9, "TVA 11%", 1),
    ("ZAH-50", "Zahăr tos, sac 50 kg", "buc", 214.0, "TVA 11%", 1),
    ("CUP-10T", "Cuptor cu convecție 10 tăvi", "buc", 7499.9, "TVA 21%", 1),
    ("MAL-20", "Malaxor spirală 20 l", "buc", 3890.0, "TVA 21%", 1),
    ("VIT-FR", "Vitrină frigorifică 1,5 m", "buc", 5240.0, "TVA 21%", 1),
    ("CAB-325", "Cablu CYY-F 3x2,5, colac 100 m", "buc", 489.9, "TVA 21%", 1),
    ("SER-MONT", "Montaj și punere în funcțiune", "oră", 120.0, "TVA 21%", 0),
    ("SER-TR", "Transport", "buc", 150.5, "TVA 21%", 0),
)
#: contact, company, stage
PROSPECTS = (
    ("Sorin Avram", "Patiseria Boema SRL", "New"),
    ("Bianca Rotaru", "Hotel Carpatica SA", "New"),
    ("Tudor Ghiță", "Cantina Tehnopark SRL", "Contacted"),
    ("Alina Cosma", "Ferma Șoimilor SRL", "Contacted"),
    ("Victor Nistor", "Gelateria Dulce SRL", "Qualified"),
    ("Simona Albu", "Restaurant La Moară SRL", "Qualified"),
    ("Paul Drăghici", "Catering Nord SRL", "Demo Scheduled"),
    ("Laura Iancu", "Băcănia de Cartier SRL", "Proposal Sent"),
)


def vat_number(stem: int) -> str:
    """A CUI with a right check digit."""
    return f"RO{stem}{cui.calc_check_digit(str(stem))}"
