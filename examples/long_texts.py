"""Long texts that repeat nothing: a colour chart of two-word lines, and the log of a harbour."""

from itertools import product

__all__ = ["harbour_log", "shade_cards"]


def listed(text: str, separator: str | None = None) -> list[str]:
    """The entries of a text."""
    return text.split(separator)


TONES = listed(
    "pale dark soft warm cool deep dull rich thin rough smooth faded bright misty dusty milky smoky sandy rusty chalky "
    "velvet satin matt glossy cloudy frosty sunny stormy quiet bitter mellow sober gentle royal rural Nordic antique"
)
COLOURS = listed(
    "red blue green grey white black brown pink gold silver amber ivory ochre olive coral indigo violet lilac crimson "
    "scarlet copper bronze pearl jade ruby plum peach lemon apricot cherry walnut chestnut hazel honey cream sage teal"
)
THINGS = listed(
    "lantern curtain teapot saddle window ribbon bottle button carpet basket candle mirror pillow blanket kettle "
    "drawer ladder bucket feather helmet hammer bicycle piano violin trumpet pencil envelope umbrella wardrobe "
    "cupboard staircase doorway fountain chimney shutter railing gate"
)

SHIPS = listed(
    "Amity Borealis Cormorant Dauntless Eleanor Fulmar Gannet Halcyon Isolde Juniper Kittiwake Lodestar Mistral"
)
CAPTAINS = listed(
    "Almeida Bergström Castellano Dahl Eriksen Fontaine Gallagher Hakala Ivanov Jansen Kowalski Lindqvist Moreau "
    "Novak Okafor Petrov Quinn"
)
CARGOES = listed(
    "walnuts|cork|copper ore|dried figs|roof tiles|salted cod|printing paper|church bells|wool|olive oil|granite|"
    "seed potatoes|window glass|tar|linen|lamp oil|barrels of herring|wheat|indigo|bicycles|rope|tea|marble|timber|"
    "oranges|gunpowder|sewing machines|sugar|coal",
    "|",
)
PORTS = listed(
    "Lisbon Bergen Valencia Riga Genoa Dublin Marseille Oslo Porto Gdansk Trieste Hull Cádiz Tallinn Naples Bremen "
    "Bilbao Stavanger Palermo Antwerp Málaga Esbjerg Cork"
)

WEATHERS = listed("fog rain sunshine snow hail sleet wind thunder drizzle frost haze mist")


def shade_cards(count: int) -> list[str]:
    """Lines of two words, no two alike: pale-red lantern."""
    names = product(TONES, COLOURS, THINGS)
    return [f"{tone}-{colour} {thing}" for (tone, colour, thing), _ in zip(names, range(count), strict=False)]


def harbour_log(characters: int) -> str:
    """Entries, a line each, of at most so many characters together.

    The lists have coprime lengths, so that no five words in a row come again.
    """
    lines: list[str] = []
    size = -1
    for n in range(characters):
        ship, captain, cargo = SHIPS[n % 13], CAPTAINS[n % 17], CARGOES[n % 29]
        line = f"{n + 1}: {ship} ({captain}), {cargo} from {PORTS[n % 23]} in {WEATHERS[n % 12]}."
        size += len(line) + 1
        if size > characters:
            break
        lines.append(line)
    return "\n".join(lines)
