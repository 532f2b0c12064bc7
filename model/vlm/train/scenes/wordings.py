"""The ways each question is put; the last two of each list are never trained on."""

HELD_OUT = 2

WORDINGS = {
    "what": ["what is this", "what is in the picture", "what do you see", "what is shown here", "what can you see", "name the thing",
             "what is in this image", "what does the picture show", "what's this", "what thing is this", "which thing do you see", "what is here",
             "what is shown in the picture", "tell me what you see"],
    "describe": ["describe the picture", "what is in the picture", "what do you see", "list the things", "name the things", "which things do you see",
                 "what can you see", "what is shown here", "describe this image", "what is in this image", "what things are there", "what is this",
                 "name everything you see", "which things are in the picture"],
    "place_what": ["what is at the {place}", "what is in the {place}", "what do you see at the {place}", "which thing is at the {place}",
                   "what's in the {place}", "name the thing at the {place}", "what thing do you see in the {place}", "tell me what is at the {place}"],
    "count": ["how many {plural} are there", "how many {plural} do you see", "count the {plural}", "how many {plural}", "what is the number of {plural}",
              "how many {plural} are in the picture", "how many {plural} can you see", "how many {name} are there",
              "what number of {plural} do you see", "how many {plural} are shown"],
    "count_all": ["how many things are there", "how many objects are there", "how many things do you see", "count the things", "how many objects do you see",
                  "how many things are in the picture", "what is the number of things", "how many objects are in this image", "count everything",
                  "count the objects", "how many things are shown"],
    "exist": ["is there a {name}", "do you see a {name}", "is there a {name} in the picture", "can you see a {name}", "is a {name} here",
              "does the picture show a {name}", "is there any {name}", "are there any {plural}", "do you see any {plural}", "is there an {name}",
              "is a {name} in this image", "are there {plural} in the picture"],
    "exist_colour": ["is there a {colour} {name}", "do you see a {colour} {name}", "can you see a {colour} {name}",
                     "is there a {colour} {name} in the picture", "is a {colour} {name} here", "does the picture show a {colour} {name}"],
    "where": ["where is the {name}", "where is a {name}", "where do you see the {name}", "where in the picture is the {name}", "in which part is the {name}",
              "which place is the {name} at", "at which place is the {name}", "where can you see the {name}"],
    "relation": ["is the {name} {relation} the {other}", "is the {name} {relation} the {other} in the picture", "is a {name} {relation} a {other}",
                 "do you see the {name} {relation} the {other}", "is there a {name} {relation} the {other}", "the {name} is {relation} the {other}",
                 "can you see the {name} {relation} the {other}", "is the {name} here {relation} the {other}"],
    "relation_what": ["what is {relation} the {other}", "which thing is {relation} the {other}", "what do you see {relation} the {other}",
                      "what can you see {relation} the {other}", "name the thing {relation} the {other}", "tell me what is {relation} the {other}"],
    "colour": ["what colour is the {name}", "which colour is the {name}", "what is the colour of the {name}", "what colour does the {name} have",
               "name the colour of the {name}", "the {name} has which colour", "what's the colour of the {name}", "tell me the colour of the {name}"],
    "colour_what": ["what is {colour}", "which thing is {colour}", "what shape is {colour}", "which shape is {colour}", "what is the {colour} thing",
                    "name the {colour} thing", "which is the {colour} shape"],
    "size": ["which is bigger the {name} or the {other}", "what is bigger the {name} or the {other}", "is the {name} or the {other} bigger",
             "the {name} or the {other} which is bigger", "which one is bigger the {name} or the {other}", "which thing is bigger the {name} or the {other}",
             "of the {name} and the {other} which is bigger"],
    "size_yes": ["is the {name} bigger than the {other}", "is the {name} here bigger than the {other}", "the {name} is bigger than the {other}",
                 "is a {name} bigger than the {other}", "do you see the {name} bigger than the {other}", "is the {name} in the picture bigger than the {other}"],
    "size_most": ["what is the biggest thing", "which thing is the biggest", "what is the biggest", "name the biggest thing", "which is the biggest thing",
                  "which one is the biggest", "tell me the biggest thing"],
}
BIGGER = {"bigger": "smaller", "biggest": "smallest"}

RELATIONS = {
    "left": ["left of", "to the left of", "on the left of"],
    "right": ["right of", "to the right of", "on the right of"],
    "above": ["above", "over", "higher than"],
    "below": ["below", "under", "lower than"],
}

OFF_TOPIC = ["what time is it", "what is the weather like", "who made this", "what is your name", "tell me a joke", "what is two plus two",
             "how old is the {name}", "what is the {name} doing", "where was this taken", "is it raining", "who is this", "what is the name of the {name}",
             "why is the {name} here", "what does the {name} think", "how much is the {name}", "is the {name} happy", "what is the text",
             "what day is it", "hello", "thank you", "how are you", "what is the {name} made of", "is the {name} expensive", "who owns the {name}",
             "how heavy is the {name}", "can the {name} fly", "what is love", "write a poem", "when was this made", "what is the price"]

SYNONYMS = {
    "picture": ["image", "photo", "scene", "drawing", "photograph", "illustration", "pic"], "bigger": ["larger", "greater"],
    "biggest": ["largest", "greatest"], "smallest": ["tiniest", "littlest"], "smaller": ["littler", "tinier"], "colour": ["color", "colours", "colors"],
    "things": ["stuff", "elements"], "objects": ["items"], "thing": ["object", "item", "element"], "grey": ["gray"], "center": ["centre", "middle"],
    "purple": ["violet colour", "violet color", "lilac"], "see": ["spot", "notice", "find"], "shown": ["depicted", "visible", "displayed"],
    "below": ["underneath", "beneath"], "top left": ["upper left", "top left corner", "upper left corner"],
    "top right": ["upper right", "top right corner", "upper right corner"], "bottom left": ["lower left", "bottom left corner", "lower left corner"],
    "bottom right": ["lower right", "bottom right corner", "lower right corner"], "describe": ["caption", "summarize"], "everything": ["all"],
    "square": ["box"], "circle": ["disc", "disk", "dot"], "diamond": ["rhombus", "lozenge"], "show": ["shows", "contain", "contains"],
    "shape": ["form"], "pink": ["rose colour"], "0": ["zero", "none"], "1": ["one"], "2": ["two"], "3": ["three"], "4": ["four"],
    "5": ["five"], "6": ["six"],
}
EXTRA_WORDS = ["unsure", "nothing", "something", "yes", "no", "and", "0", "1", "2", "3", "4", "5", "6", "please", "a", "an", "the", "of"]
FILLERS = [("please ", ""), ("", " please"), ("tell me ", ""), ("can you tell me ", "")]
