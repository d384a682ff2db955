"""Twelve short articles, a sentence a line: the plain English that the documents of the demonstration are made of."""

__all__ = ["ARTICLES"]

HARBOUR = """
The harbour wakes long before the town does.
By four in the morning the first crews are hosing down their decks under yellow lamps.
Nobody talks much until the kettle has boiled.
Old nets hang from the railings to dry, and children learn early which knots will hold.
A retired pilot still walks the mole every day to read the tide board.
He says that the current has shifted since the new breakwater was built.
Gulls follow the trawlers in and quarrel over whatever is thrown back.
The auction is finished within an hour, and the lorries leave for the city with their ice.
After that the cafe fills, and the talk turns to engines, weather and the price of diesel.
Two yards still build in wood, mostly for people who sail at weekends.
Their slipways are patched so often that hardly a plank is older than the apprentices.
In winter the whole quay smells of tar, coffee and wet rope.
Strangers who come for the view usually stay for the soup.
"""

BAKERY = """
My grandmother kept her starter in a stone jar behind the stove.
She fed it every evening, and she spoke to it when she thought that we were asleep.
Flour came from a mill two valleys away, where the stones were dressed by hand.
Good dough should feel like an earlobe, she told us, and we all pinched our ears.
The oven took half a day to heat, so several families shared one firing.
Each household marked its loaves with a pattern cut into the crust.
Ours was a fern, which was easy enough for small hands with a sharp knife.
On Saturdays there were buns with currants for anybody who had carried wood.
Most of what I know about patience was learned beside that oven door.
I have a modern kitchen now, with a thermometer and a timer for everything.
Yet the bread only tastes right when I forget to look at either.
My daughter keeps the jar these days, and I have not asked whether she talks to it.
"""

OBSERVATORY = """
Clear nights are rarer than visitors imagine.
Out of every ten evenings on the mountain, the dome stays shut for six.
While they wait for the clouds to part, the astronomers repair cables and cook enormous stews.
The main mirror weighs as much as a small car and must be washed twice a year.
Even a fingerprint would scatter enough light to spoil a week of measurements.
Her team measures how the brightness of distant suns dips when a planet passes in front.
Such a dip is tiny, like a moth crossing a lighthouse beam seen from another country.
They have confirmed eleven worlds in this way since the camera was replaced.
None of them would be a pleasant place for a holiday.
One rains molten glass sideways, according to the people who model its atmosphere.
Before dawn somebody climbs to the gallery to check for frost on the shutters.
Then the data are sent down the valley, and everyone goes to bed as the sun comes up.
"""

RAILWAY = """
The branch line was closed in the sixties and nearly forgotten.
Birch trees grew between its sleepers, and a family of badgers moved into the signal box.
It took a retired teacher with a petition to bring the trains back.
She argued that pupils spent longer on the bus than in their lessons.
At first the ministry answered with polite letters that said nothing at all.
Volunteers cleared the cutting themselves and found the old mileposts under the ivy.
Surveyors reported that the viaduct was in better condition than the motorway bridge.
Money arrived piece by piece from three villages, a quarry and a lottery.
The reopening was celebrated with a brass band, a very long ribbon and sudden hail.
Today nine trains run each way, most of them full of bicycles.
House prices along the track have climbed, which not everybody considers a blessing.
The badgers were given an artificial sett and seem to approve of it.
"""

GARDEN = """
A kitchen garden teaches you to plan backwards.
If you want leeks at Christmas, you must think of them while the tulips are open.
Our soil is heavy clay that clings to boots and cracks like pottery in July.
We improved it slowly with leaf mould, ash and barrow after barrow of compost.
Slugs ate the first three sowings of lettuce without leaving so much as a stalk.
A neighbour advised us to keep ducks, and the ducks preferred the strawberries.
Beans have been our great success, perhaps because the ducks leave them alone.
They climb hazel poles that we cut in the copse before the sap rises.
Under the glass we grow tomatoes of every shape except round.
Seeds are saved in old envelopes, labelled in pencil and forgotten in drawers.
By October the shelves are crowded with jars, and the beds are covered for the cold.
That is when the catalogues arrive and the whole foolish business begins again.
"""

LIBRARY = """
The reading room has forty desks and one rule.
Whoever breaks the silence must shelve a trolley of returned novels as a penance.
Tall windows face north, so that no sunbeam ever reaches the bindings.
Among the treasures is a cookery book whose margins are full of furious corrections.
Scholars have tried for decades to identify the angry cook.
The catalogue was once a wall of oak drawers, worn smooth by thousands of thumbs.
It was scanned during one long summer by students who were paid in ice cream.
Now a search takes a second, although some readers miss the smell of the cards.
On rainy afternoons the benches fill with schoolchildren and men doing crosswords.
A cat named Index sleeps on the radiator under the maps.
Last year a thief returned an atlas after half a century, with an apology and a cheque.
The librarian framed the note and spent the money on umbrellas for borrowers.
"""

ORCHESTRA = """
Our amateur orchestra rehearses in a former tram depot.
Its acoustics are dreadful in every corner except the pit where carriages used to be greased.
The brass players stand there, and they are impossible to stop.
We number between thirty and fifty, depending on the football.
Most of the violins are teachers, the cellos are doctors, and both bassoons are bakers.
Three concerts a year are all that our neighbours will tolerate.
Last spring we attempted a symphony that was far too hard for us.
During the slow movement a pigeon landed on the conductor and refused to leave.
She went on beating time with her free arm, and the audience rose at the end.
Somebody recorded it, and the film has been watched by more people than live in our town.
A famous hall has invited us to perform, on condition that we bring the bird.
We are practising hard and have put out some corn.
"""

CLOCKS = """
A watchmaker works in a world that is four centimetres wide.
Through the loupe a speck of dust looks like a boulder that has rolled into a mill.
He took over the shop from an aunt who had repaired station clocks all her life.
Her tools still hang on their nails, each one inside its own painted outline.
People bring him things that stopped when somebody died.
Usually there is nothing wrong but thickened oil, and he cleans every wheel regardless.
Winding a watch, he believes, is a way to shake hands with its last owner.
Quartz nearly ruined the trade, and then fashion rescued it again.
Young customers want to see the gears turn, so he fits windows of sapphire.
There is a waiting list of eleven months for the simplest service.
The clock above his own counter has been wrong for years.
He keeps it so, he explains, to remind himself not to hurry.
"""

RIVER = """
Beavers returned to the upper river nine winters ago.
No one had released them officially, and for a while no one would admit to having seen them.
Then a birch fell across the footpath with a neat cone where its trunk had been.
Farmers worried about their ditches, and anglers were afraid for the trout.
What happened next surprised both camps.
The ponds behind the dams held back the floods that used to fill cellars downstream.
Dragonflies, frogs and a pair of black storks arrived within two seasons.
Trout grew fat in the deep, cool water below the lodges.
A culvert was blocked now and then, and a warden learned to fit it with a cage.
She pays for damaged maize out of a fund that is seldom exhausted.
School classes come at dusk to watch from a hide that was built out of gnawed logs.
The animals take no notice of them whatsoever.
"""

GLACIER = """
Every September the same four people climb to the tongue of the glacier with a drill.
They sink stakes into the ice and measure how much has melted since the year before.
The oldest records are in copperplate, kept by a priest who walked up in his cassock.
In his day the ice reached the meadow where the car park is now.
Since then it has drawn back by more than two kilometres.
What it leaves behind is a grey valley full of boulders, pools and astonished flowers.
Botanists map the newcomers with string and tiny flags.
First comes a moss, then a willow no taller than a thumb.
Last autumn the team found a leather shoe that was older than the pyramids.
Its owner had stuffed it with hay against the cold.
The museum rebuilt the missing laces from nettle fibre, and a volunteer wore the copy for a week.
He said that his feet had never been warmer.
"""

THEATRE = """
The puppets are carved from lime, which is light and does not splinter.
Each has at least nine strings, and a dancer may have more than twenty.
It takes a season to learn to make one walk, and a lifetime to make it hesitate.
The company travels with a van, a folding stage and a trunk full of moustaches.
They play in barns, hospitals and the waiting rooms of provincial stations.
Children believe everything until the lights go on, and their parents for somewhat longer.
The villain is always the favourite, because his jaw can drop right down to his belt.
During one performance a string snapped and the queen lost the use of her arm.
Her operator turned the accident into a wound, and half of the hall wept.
The script has kept the injury ever since.
Between the wars there were sixty such troupes in the province, and today there are three.
All of them are looking for somebody young with steady wrists.
"""

HONEY = """
A hive has a voice, and an experienced keeper can hear its mood from the gate.
A low, even hum means that the queen is present and the stores are good.
A roar with gaps in it means that she is gone.
Our bees work the lime avenue in June and the heather from late August.
The two honeys could hardly be more different, one pale as straw and the other like jelly.
We never wear gloves, because clumsy fingers crush more bees than they are worth.
Stings are the tax on being careless, my teacher used to say.
She had kept colonies for fifty years and moved as if she were under water.
Mites are the great trouble now, and no treatment works for long.
Some breeders select for workers that groom one another, with encouraging results.
We lost two colonies in the spring and caught a fine swarm in an apple tree.
It hung there like a beard until evening, when we shook it into a basket.
"""

ARTICLES = tuple(
    tuple(article.strip().split("\n"))
    for article in (
        HARBOUR,
        BAKERY,
        OBSERVATORY,
        RAILWAY,
        GARDEN,
        LIBRARY,
        ORCHESTRA,
        CLOCKS,
        RIVER,
        GLACIER,
        THEATRE,
        HONEY,
    )
)
