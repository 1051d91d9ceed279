//! The customers written by hand.

/// One account of the case table.
pub(super) struct ClientCase {
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) currency: &'static str,
    pub(super) city: &'static str,
    pub(super) archived: bool,
    pub(super) contacts: &'static [ContactCase],
}

/// How a contact signs in to the vendor's portal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SignIn {
    Own,
    No,
    /// The sign-in of the contact with this e-mail, whichever account it was met at first.
    Shared,
    Disabled,
}

/// One contact of the case table. `None` in a flag is the NULL of old rows.
pub(super) struct ContactCase {
    pub(super) name: &'static str,
    pub(super) email: Option<&'static str>,
    pub(super) title: &'static str,
    pub(super) primary: bool,
    pub(super) billing: Option<bool>,
    pub(super) technical: Option<bool>,
    pub(super) sign_in: SignIn,
    pub(super) archived: bool,
}

/// The usual contact: the flags say `p`rimary, `b`illing, `t`echnical.
const fn contact(name: &'static str, email: &'static str, title: &'static str, flags: [bool; 3]) -> ContactCase {
    let [primary, billing, technical] = flags;
    let (billing, technical) = (Some(billing), Some(technical));
    ContactCase { name, email: Some(email), title, primary, billing, technical, sign_in: SignIn::Own, archived: false }
}

const P: [bool; 3] = [true, false, false];
const B: [bool; 3] = [false, true, false];
const T: [bool; 3] = [false, false, true];
const BT: [bool; 3] = [false, true, true];
const S: [bool; 3] = [false, false, false];

const HARBOUR: &[ContactCase] = &[
    contact("Priya Nair", "priya.nair@harbour.example.com", "Managing partner", P),
    contact("Ben Okafor", "ben.okafor@harbour.example.com", "Bookkeeper", B),
    contact("Tess Lindqvist", "tess.lindqvist@harbour.example.com", "IT coordinator", T),
    contact("Sam Whitlock", "sam.whitlock@harbour.example.com", "Paralegal", S),
    contact("Bea Moreno", "bea.moreno@harbour.example.com", "Office manager", BT),
    ContactCase {
        sign_in: SignIn::No,
        billing: None,
        technical: None,
        ..contact("Noel Archer", "noel.archer@harbour.example.com", "Driver", S)
    },
    ContactCase {
        archived: true,
        sign_in: SignIn::Disabled,
        ..contact("Rosa Klein", "rosa.klein@harbour.example.com", "Former partner", P)
    },
    ContactCase {
        sign_in: SignIn::Shared,
        ..contact("Dana Reyes", "dana.reyes@palmtrading.example.org", "Board member", S)
    },
    contact("Front Desk Harbour", "reception@shared.example.org", "Reception", S),
];
const DENTISTS: &[ContactCase] = &[
    contact("Jörg Müller 🦷", "joerg.mueller@zahn.example.org", "Inhaber", P),
    contact("Zoë A\u{30a}ngstro\u{308}m", "zoe.angstroem@zahn.example.org", "Assistenz", S),
    contact("Empfang Müller", "reception@shared.example.org", "Empfang", B),
    contact("Lea Söhne", "lea.soehne@zahn.example.org", "Praxis-IT", T),
];
const PALM: &[ContactCase] = &[
    ContactCase {
        sign_in: SignIn::Shared,
        ..contact("Dana Reyes", "dana.reyes@palmtrading.example.org", "Director", P)
    },
    contact("ليلى حداد", "layla.haddad@palmtrading.example.org", "مديرة المكتب", S),
    ContactCase { technical: None, ..contact("Omar Farsi", "omar.farsi@palmtrading.example.org", "Accounts", B) },
];
const BAKERY: &[ContactCase] = &[
    contact("Maya Brooks", "maya.brooks@tinybakery.example.com", "Baker", S),
    ContactCase { email: None, sign_in: SignIn::No, ..contact("Oven Room Phone", "", "Shared phone", S) },
    ContactCase {
        sign_in: SignIn::Disabled,
        ..contact("Hugh Tiller", "hugh.tiller@tinybakery.example.com", "Owner", P)
    },
];
const FORMER: &[ContactCase] = &[contact("Ada Quill", "ada.quill@former.example.com", "Owner", P)];

pub(super) const CLIENTS: &[ClientCase] = &[
    ClientCase {
        name: "Harbour Legal LLP",
        kind: "Legal",
        currency: "USD",
        city: "Springfield",
        archived: false,
        contacts: HARBOUR,
    },
    ClientCase {
        name: "Zahnärzte Müller & Söhne 🦷",
        kind: "Healthcare",
        currency: "EUR",
        city: "Köln",
        archived: false,
        contacts: DENTISTS,
    },
    ClientCase {
        name: "شركة النخيل للتجارة",
        kind: "Trade",
        currency: "USD",
        city: "دبي",
        archived: false,
        contacts: PALM,
    },
    ClientCase {
        name: "Tiny Bakery e\u{301}te\u{301}",
        kind: "Food",
        currency: "USD",
        city: "Shelbyville",
        archived: false,
        contacts: BAKERY,
    },
    ClientCase {
        name: "Former Customer Ltd",
        kind: "Retail",
        currency: "USD",
        city: "Ogdenville",
        archived: true,
        contacts: FORMER,
    },
];

/// The contacts of every generated account: first names, the rest is made from the account's id.
pub(super) const EXTRA_CONTACTS: [(&str, [bool; 3]); 4] = [("Pat", P), ("Billie", B), ("Toni", T), ("Stevie", S)];
pub(super) const EXTRA_NAMES: [&str; 6] =
    ["Maple Dental", "Quarry Stone Works", "Blue Heron Books", "Linden Freight", "Copper Kettle Café", "Summit Survey"];
