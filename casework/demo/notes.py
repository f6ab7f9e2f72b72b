"""What mentors of the demonstration wrote: facts, assessments, own words, agreements, by theme.

All invented, and written as domain.md section 8 asks: nothing of the offence, of other inmates,
of belief, politics or diagnoses. `{name}` is the mentee's first name.
"""

from mentorships.models import Agreement
from mentorships.models.session import Theme

MENTEE, MENTOR, OTHER = Agreement.Who.MENTEE, Agreement.Who.MENTOR, Agreement.Who.OTHER

# (said or seen anywhere, in custody, after release)
FACTS: dict[Theme, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    Theme.DIALOGUE: (
        (
            "{name} told about the week without being asked and listened to my questions.",
            "We practised saying no to a request without raising the voice.",
            "{name} asked how one begins a difficult talk, and we tried three openings.",
            "We talked about what it takes to feel listened to.",
            "Long pauses at first; after twenty minutes {name} spoke more freely.",
        ),
        (
            "The visiting room was noisy, so we moved to the corner table and spoke quietly.",
            "{name} had asked staff for a talk about the daily routine and prepared it on paper.",
            "The visit was cut short by ten minutes; we summed up by the door.",
        ),
        (
            "We walked for an hour, and {name} spoke most of the time.",
            "{name} had called the neighbour to talk about noise instead of leaving a note.",
            "We met at the library because it is easier to talk there than at home.",
        ),
    ),
    Theme.EVERYDAY_COPING: (
        (
            "{name} has kept a fixed time for getting up on six days out of seven.",
            "We made a list of what gives energy and what takes it.",
            "{name} described two situations in which counting to ten had helped.",
            "We went through the weekly plan: cooking, training, letters, rest.",
            "{name} had slept badly for three nights and told so at once.",
        ),
        (
            "{name} cooks on Thursdays now and showed the shopping list.",
            "The workshop was closed this week; {name} read and drew instead.",
            "We talked about how to get through the long weekends.",
        ),
        (
            "{name} had forgotten two appointments; we put all of them into the phone together.",
            "The kitchen was clean and the bills lay in one folder.",
            "We planned the shopping for a week within the budget.",
        ),
    ),
    Theme.CONFLICT: (
        (
            "{name} told of a quarrel and drew the course of it on paper.",
            "We practised naming the feeling first and the demand afterwards.",
            "{name} had written an apology and asked me to read it.",
            "We looked at a disagreement from three chairs: own, the other's, a bystander's.",
        ),
        (
            "A disagreement about the telephone was settled through the contact officer.",
            "{name} left the common room when voices were raised and came back later.",
            "We wrote down whom to ask for help when tempers rise.",
        ),
        (
            "There had been a misunderstanding at work; {name} had asked the foreman for a talk.",
            "{name} and the landlord agreed on a date for the repair after two phone calls.",
            "We rehearsed the talk with the former employer about the last wages.",
        ),
    ),
    Theme.MOTIVATION: (
        (
            "{name} named three reasons for staying with the plan and wrote them on a card.",
            "On a scale from 0 to 10 {name} put the wish for change at 7, a month ago at 5.",
            "We looked back at the goals from the first month; two of four are reached.",
            "{name} said that this week there was little energy for the plan.",
            "We talked about who notices first when things go well.",
        ),
        (
            "{name} has signed up for the next course that the institution offers.",
            "{name} had put the list of goals on the wall of the room.",
        ),
        (
            "An old acquaintance had called; {name} said no thanks and told me the same day.",
            "{name} celebrated one month in the flat with a cake for the neighbours.",
        ),
    ),
    Theme.NEW_RELATIONS: (
        (
            "{name} would like to meet people who know nothing of the past.",
            "We listed places where one meets others without spending money.",
            "{name} told about a friend from school with whom contact is good again.",
            "We talked about which contacts give peace and which give unrest.",
        ),
        (
            "{name} has begun to play chess with the volunteer on Tuesdays.",
            "The choir leader from outside asked {name} to stay on in the group.",
            "{name} wrote to the football club about joining after release.",
        ),
        (
            "We visited the evening class in carpentry, and {name} signed up.",
            "{name} was at the running club for the third time.",
            "{name} had coffee with two colleagues after work.",
        ),
    ),
    Theme.FAMILY: (
        (
            "{name} had spoken with an older sister on the phone for the first time in months.",
            "We drew the network map again; two people have come closer.",
            "{name} wrote a letter to the mother and read the first lines aloud.",
            "The birthday of the daughter is in two weeks; we planned how to mark it.",
            "{name} told that the brother wants to help with moving.",
        ),
        (
            "The family visit on Sunday went well; the children drew a picture.",
            "{name} was disappointed that the visit from the uncle had been put off.",
            "We went through the rules for family visits and filled in the form.",
        ),
        (
            "We met together with the mother; the two agreed on dinner every other Sunday.",
            "{name} picked the son up from football for the first time.",
            "The sister came for the last quarter of an hour and offered to keep the spare key.",
        ),
    ),
    Theme.IDENTITY: (
        (
            "{name} described three roles: parent, craftsman, goalkeeper.",
            "We talked about what one wants to be known for in five years.",
            "{name} brought a photo from the time as an apprentice and told about it.",
            "We read a short text about belonging and compared it with own experience.",
        ),
        (
            "{name} has painted a picture for the exhibition and signed it with the full name.",
            "We talked about how to introduce oneself on the first day outside.",
        ),
        (
            "{name} was greeted by name in the bakery and told it with a smile.",
            "{name} tried three ways of telling about the gap in the CV.",
        ),
    ),
    Theme.HOUSING: (
        (
            "We filled in the housing application and put the papers in order.",
            "{name} had a letter from the housing office; a room may be free in the spring.",
            "We compared two offers: rent, distance to work, length of the contract.",
            "The arrears of rent are settled in instalments; the first one is paid.",
        ),
        (
            "The contact officer confirmed that the application was sent to the municipality.",
            "{name} asked what happens to the furniture in storage; I will find out.",
            "We listed what is needed in a first flat and what can wait.",
        ),
        (
            "{name} showed me the room: light, dry, and with a lock that works.",
            "The keys were handed over, and we read the meters together.",
            "The radiator is repaired; {name} had called the caretaker on the same day.",
        ),
    ),
    Theme.WORK: (
        (
            "We wrote the first half of the CV; the certificates are still missing.",
            "{name} has an interview at a joinery next week, and we rehearsed it.",
            "{name} has passed the test in mathematics with a better mark than expected.",
            "We looked at three training places and what each of them demands.",
        ),
        (
            "The workshop teacher praised {name} for accuracy and gave a written reference.",
            "{name} has finished the fork-lift course; the certificate is in the file.",
            "{name} reads the textbook for an hour every evening.",
        ),
        (
            "First week at work: on time every day, tired in the evenings.",
            "The employer has prolonged the trial by three months.",
            "{name} had been ill for two days and had called in both mornings.",
        ),
    ),
    Theme.MONEY: (
        (
            "We listed the debts from the letters that {name} had kept; four creditors in all.",
            "{name} has an appointment with the debt adviser.",
            "We made a budget for the first month: rent, food, phone, transport.",
            "The maintenance for the child is clarified with the authority.",
        ),
        (
            "{name} puts a part of the wages aside every week for the first month outside.",
            "We read the letter about the old fine and wrote an answer together.",
        ),
        (
            "The first wages came on the day agreed.",
            "{name} had bought a phone on instalments; we read the contract together.",
            "The bank has opened an account, and the card comes by post.",
        ),
    ),
    Theme.AUTHORITIES: (
        (
            "We read the decision from the municipality sentence by sentence.",
            "{name} called the job centre while I sat beside and noted the answers.",
            "We wrote down five questions for the meeting with the caseworker.",
            "{name} said thank you to the caseworker for the quick answer.",
        ),
        (
            "The meeting on the action plan took place; {name} spoke for ten minutes from notes.",
            "The caseworker was on leave, so the questions were handed in in writing.",
        ),
        (
            "I came along to the citizens' service; digital ID and address are in order.",
            "The supervision meeting was kept, and the next one stands in the calendar.",
            "We waited for an hour at the counter; {name} stayed calm.",
        ),
    ),
    Theme.HEALTH: (
        (
            "{name} has an appointment with the dentist and wants to keep it.",
            "We talked about sleep: fixed hours, no coffee after noon.",
            "{name} walks for half an hour every day and notes it down.",
        ),
        (
            "{name} has been to the nurse and was content with the talk.",
            "{name} trains three times a week and eats regularly.",
        ),
        (
            "{name} has found a doctor near the flat.",
            "We walked round the lake; {name} was out of breath and laughed at it.",
        ),
    ),
    Theme.LEISURE: (
        (
            "{name} reads a crime novel and told the plot with many details.",
            "We talked about music; {name} would like to play the guitar again.",
            "{name} has drawn every evening and brought three drawings.",
        ),
        (
            "{name} won the table-tennis tournament of the section.",
            "{name} has borrowed books on gardening from the library.",
        ),
        (
            "We mended the bicycle together in the yard.",
            "{name} was fishing with a colleague on Saturday.",
            "{name} has a place in the allotment garden and sowed beans.",
        ),
    ),
    Theme.RELEASE: (
        (
            "We went through the list of papers: two are missing, the rest is in the folder.",
            "We planned the first day hour by hour, from the gate to the evening meal.",
            "{name} chose who shall be at the gate.",
            "We rehearsed the trip from the gate to the flat with a timetable.",
        ),
        (
            "{name} asked what to say when somebody from the old days calls on the first evening.",
            "The release meeting was held; everybody left with a task and a date.",
            "We packed in thought: clothes, papers, phone, keys, cash.",
        ),
        (
            "We looked back at the first days outside and at what had been missing on the list.",
            "{name} had the folder with all papers at hand at every appointment.",
        ),
    ),
}

ASSESSMENTS: dict[Theme | None, tuple[str, ...]] = {
    None: (
        "The contact carries more than a month ago.",
        "I had the impression of tiredness rather than of resistance.",
        "The talk was steady; I see no reason to change the rhythm.",
        "There is more hope than last time, and it sounds realistic.",
        "I think that the plan is right but the pace a little too quick.",
        "It helps when we end with one single thing to do.",
        "I was probably talking too much today; next time I will wait longer.",
        "The trust is there; I can ask about difficult things now.",
        "Unsure how stable this is; I will look at it again in two weeks.",
        "A good step, and {name} took it without me.",
        "Calmer than I had expected after such a week.",
        "We are still getting to know each other; that is fine.",
        "I wonder whether the goal is still the right one.",
    ),
    Theme.DIALOGUE: (
        "{name} listens better when there is something to draw or to hold.",
        "The ability to ask back has grown clearly.",
        "I think that silence is thinking here, not refusal.",
    ),
    Theme.EVERYDAY_COPING: (
        "The fixed times seem to carry; without them the days fall apart.",
        "Everyday tasks are managed, but only when they are written down.",
        "The weekends are still the weak spot.",
        "I see more calm in how setbacks are met.",
    ),
    Theme.CONFLICT: (
        "The wish to be right is strong, but so is the wish for peace.",
        "{name} notices earlier than before when it becomes too much.",
        "Apologising was hard and all the more worth.",
        "The methods sit; what is missing is practice under pressure.",
    ),
    Theme.MOTIVATION: (
        "The motivation comes from within and not from the date of release.",
        "A dip, in my view a natural one after a good month.",
        "The card with the three reasons is used, I think.",
        "{name} measures progress more fairly than in the beginning.",
    ),
    Theme.NEW_RELATIONS: (
        "New people are met with curiosity; that was different half a year ago.",
        "I think that the club can become a real foothold.",
        "Loneliness is the greatest danger to the plan right now.",
        "{name} chooses company with more care.",
    ),
    Theme.FAMILY: (
        "The family is a support, but it expects a great deal.",
        "Contact with the children gives direction to the week.",
        "I believe that the mother should hear the limits from {name} and not from me.",
        "Old disappointments are close to the surface; small steps are best.",
    ),
    Theme.IDENTITY: (
        "Pride in the craft is a good beginning for a new picture of oneself.",
        "{name} speaks of the future in the first person now.",
        "The question of belonging is open and may stay so for a while.",
    ),
    Theme.HOUSING: (
        "A place of one's own is what everything else hangs on.",
        "I expect delays at the housing office and think that we need a second plan.",
        "The room is modest but safe.",
        "Moving gives more unrest than {name} likes to admit.",
    ),
    Theme.WORK: (
        "Work gives structure; the evenings must not be forgotten over it.",
        "The interview will go well if we practise the question about the gap.",
        "{name} underrates what the certificates are worth.",
        "Too many plans at once; one training place is enough.",
    ),
    Theme.MONEY: (
        "The overview of the debts relieved more than it frightened.",
        "The budget is realistic if the phone contract is ended.",
        "Money remains a risk in the first month.",
    ),
    Theme.AUTHORITIES: (
        "Letters lose their terror when we read them aloud.",
        "{name} needs somebody beside at the counter two or three times more.",
        "The co-operation with the caseworker is good and should be kept up.",
    ),
    Theme.HEALTH: (
        "More sleep would solve half of it, I think.",
        "{name} takes better care of the body than in the spring.",
    ),
    Theme.LEISURE: (
        "The drawing is more than a pastime.",
        "Having something to look forward to on Saturdays makes a difference.",
        "A hobby among other people would be the next step.",
    ),
    Theme.RELEASE: (
        "The preparations are on time; the housing is the open point.",
        "{name} is well prepared for the first day, less so for the third week.",
        "The nearer the date, the shorter the temper; that is to be expected.",
        "I think that we should rehearse the evening of the first day once more.",
    ),
}

OWN_WORDS: dict[Theme, tuple[str, ...]] = {
    Theme.DIALOGUE: (
        "It is easier to talk when we walk.",
        "You ask, and then you actually wait for the answer.",
        "I did not know that I could say it like that.",
    ),
    Theme.EVERYDAY_COPING: (
        "When I have got up on time the rest comes by itself.",
        "A list beats a good intention.",
        "Sundays are the longest days of the week.",
        "I was tired, but I went anyway.",
    ),
    Theme.CONFLICT: (
        "I went out and came back. That is new.",
        "Being right did not help me at all.",
        "I said sorry, and nothing broke.",
    ),
    Theme.MOTIVATION: (
        "I want to be there when my daughter starts school.",
        "This time I do it for myself.",
        "Seven out of ten, and I do not give back the seven.",
        "Some days I just hold on. That counts too.",
    ),
    Theme.NEW_RELATIONS: (
        "They only know me as the one who runs slowly.",
        "I need people who go home at ten.",
        "It is good to be new somewhere.",
    ),
    Theme.FAMILY: (
        "My mother laughed on the phone. I had missed that.",
        "I would rather come late than not come at all.",
        "My brother believes me again, a little.",
        "The children asked when, not why.",
    ),
    Theme.IDENTITY: (
        "I am a carpenter first.",
        "I want to be boring, in a good way.",
    ),
    Theme.HOUSING: (
        "A door that I can lock from the inside.",
        "It is small, but it is mine.",
        "First the keys, then the rest.",
    ),
    Theme.WORK: (
        "I was on time for five days in a row.",
        "My hands remember how it is done.",
        "He said I could stay.",
    ),
    Theme.MONEY: (
        "Now I know what I owe, and I sleep better.",
        "I would rather be poor than owe anybody.",
    ),
    Theme.AUTHORITIES: (
        "Next time I make the call myself.",
        "They write long letters for short answers.",
    ),
    Theme.HEALTH: (
        "I have slept. Really slept.",
        "Half an hour outdoors, and the head is clear.",
    ),
    Theme.LEISURE: (
        "When I draw it is quiet.",
        "I had forgotten that I like football.",
        "The beans are coming up.",
    ),
    Theme.RELEASE: (
        "I am not afraid of the gate but of the week after.",
        "I know who stands there. That is the most important thing.",
        "Just one ordinary day, and then another one.",
    ),
}

# (whose move it is, what)
AGREEMENTS: dict[Theme, tuple[tuple[str, str], ...]] = {
    Theme.DIALOGUE: (
        (MENTEE, "Ask the contact officer for a talk"),
        (MENTEE, "Try the new opening in one real talk"),
        (MENTOR, "Bring the sheet on listening"),
    ),
    Theme.EVERYDAY_COPING: (
        (MENTEE, "Keep the weekly plan until next time"),
        (MENTEE, "Get up at seven on five days"),
        (MENTOR, "Print an empty weekly plan"),
        (MENTEE, "Write down what went well each evening"),
        (MENTEE, "Cook one new dish"),
    ),
    Theme.CONFLICT: (
        (MENTEE, "Write the apology in one's own words"),
        (MENTEE, "Tell the contact officer before it gets too much"),
        (MENTOR, "Bring the three-chair exercise"),
        (MENTEE, "Take a walk before answering"),
    ),
    Theme.MOTIVATION: (
        (MENTEE, "Choose one goal for the next month"),
        (MENTEE, "Put the card with the three reasons on the wall"),
        (MENTOR, "Bring the goals from the first month"),
        (MENTEE, "Sign up for the course"),
    ),
    Theme.NEW_RELATIONS: (
        (MENTOR, "Find out when the evening class begins"),
        (MENTEE, "Go to the running club once"),
        (MENTOR, "Call the football club about a trial"),
        (MENTEE, "Write to the friend from school"),
        (OTHER, "The volunteer asks about the chess group"),
    ),
    Theme.FAMILY: (
        (MENTEE, "Call the mother on Sunday"),
        (MENTEE, "Write a birthday card to the daughter"),
        (MENTOR, "Ask about the rules for family visits"),
        (MENTEE, "Fill in the visit form"),
        (OTHER, "The sister looks for the box with photos"),
        (MENTOR, "Prepare the agenda for the network meeting"),
    ),
    Theme.IDENTITY: (
        (MENTEE, "Write ten lines about the time as an apprentice"),
        (MENTEE, "Find a title for the picture"),
        (MENTOR, "Bring the short text on belonging"),
    ),
    Theme.HOUSING: (
        (MENTEE, "Sign and send the housing application"),
        (MENTOR, "Ask about the furniture in storage"),
        (OTHER, "The caseworker asks the housing office for an answer"),
        (MENTEE, "Make a list of what is needed in the flat"),
        (MENTOR, "Come along to see the room"),
        (MENTEE, "Call the caretaker about the radiator"),
    ),
    Theme.WORK: (
        (MENTEE, "Finish the first half of the CV"),
        (MENTOR, "Print the CV and bring it"),
        (MENTEE, "Ask the workshop teacher for a reference"),
        (MENTOR, "Call the joinery about the interview"),
        (MENTEE, "Find the certificates"),
        (OTHER, "The job centre sends the list of training places"),
    ),
    Theme.MONEY: (
        (MENTEE, "Collect all letters about debts"),
        (MENTOR, "Book a time with the debt adviser"),
        (MENTEE, "Keep a list of expenses for a week"),
        (MENTEE, "Pay the first instalment"),
        (OTHER, "The bank sends the new card"),
    ),
    Theme.AUTHORITIES: (
        (MENTEE, "Call the job centre"),
        (MENTOR, "Come along to the citizens' service"),
        (MENTEE, "Write down the questions for the meeting"),
        (OTHER, "The caseworker sends the decision in writing"),
        (MENTEE, "Bring the letter next time"),
    ),
    Theme.HEALTH: (
        (MENTEE, "Keep the appointment with the dentist"),
        (MENTEE, "Walk half an hour every day"),
        (MENTEE, "Find a doctor near the flat"),
    ),
    Theme.LEISURE: (
        (MENTEE, "Return the library books"),
        (MENTOR, "Ask about a guitar to borrow"),
        (MENTEE, "Choose one thing to do on Saturday"),
        (MENTOR, "Bring the bicycle pump"),
    ),
    Theme.RELEASE: (
        (MENTEE, "Check the list of papers"),
        (MENTOR, "Print the plan for the first day"),
        (MENTEE, "Decide who shall be at the gate"),
        (MENTOR, "Look up the train from the gate to town"),
        (OTHER, "The municipality confirms the address"),
        (MENTEE, "Write down three numbers to call"),
    ),
}

# What a mentor who stops writes to the next one.
SUMMARY = (
    "We met every ten days, mostly in the morning; {name} is most at ease before noon. Three "
    "things are under way: papers for the housing list, a talk with the workshop teacher about "
    "the forklift course, and one telephone call a week to the family. {name} likes to see on "
    "paper what was agreed. Say early when a meeting has to be moved: waiting is hard."
)

# By the names of `ClosingReport.QUESTIONS`.
CLOSING = {
    "how": "We ended as we had planned it, after a last walk through the calendar.",
    "reached": "The papers are in order, and the days have a rhythm again.",
    "next_person": "Mornings are best. Put on paper what was agreed, and say early what moves.",
    "standing": "The sister phones on Sundays. The housing office answers next month.",
    "goodbye": "With coffee and cake, and a card with three telephone numbers.",
    "own_words": "I know whom to call now.",
}
ADDED_TO_CLOSING = "The workshop teacher asked me to say: the forklift course begins in spring."

OTHER_WORK = {
    Theme.HOUSING: "Phoned the municipality about the waiting list; an answer comes next week.",
    Theme.WORK: "Wrote to the job centre about the course that was offered.",
}
