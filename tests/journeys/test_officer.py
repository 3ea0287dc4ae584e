"""An officer of Rouen keeps the city's initiative up to date and offers what it learned."""

import re

from playwright.sync_api import expect

from tests.uploads import a_picture

INITIATIVE = "Open Data: building the approach together with the municipalities"
TWO_VALUES = re.compile(r"2 values, 7 .* 9 \(31 August 2022\)")
KPI = "Number of workshops organised"


def test_an_officer_keeps_an_initiative_up_to_date(visit):
    visitor = visit()
    page = visitor.sign_in("rouen@example.org")

    # The desk says what to do; the city's own page what is due and where it stands.
    expect(page.get_by_role("heading", name="Your initiatives")).to_be_visible()
    visitor.follow("What Métropole Rouen Normandie works on")
    where = page.get_by_role("region", name="Where you are")
    expect(where).to_contain_text("Implementation")
    due = page.get_by_role("region", name="What is due")
    milestone = due.get_by_role("listitem").filter(has_text="Milestone").first
    expect(milestone).to_contain_text("Not reported")
    expect(page.get_by_role("region", name="What is next")).to_contain_text("milestone")

    # A charter is saved with a gap, and the gap is found again.
    charters = page.get_by_role("region", name="Initiatives and their charters")
    row = charters.get_by_role("listitem").filter(has_text=INITIATIVE)
    expect(row).to_contain_text("13 of 13")
    row.get_by_role("link", name=INITIATIVE).click()
    visitor.follow("Edit the charter")
    page.get_by_label("Summary in one sentence").fill("One platform for 71 municipalities.")
    page.get_by_label("Working team").fill("")
    visitor.press("Save the charter")
    expect(page.get_by_role("status").first).to_contain_text("12 of 13 sections are filled")
    expect(page.get_by_text("One platform for 71 municipalities.")).to_be_visible()

    visitor.open("/desk/city/rouen/")
    expect(row).to_contain_text("12 of 13")
    row.get_by_role("link", name="Working team").click()
    expect(page.get_by_label("Working team")).to_have_value("")
    expect(page.get_by_label("Summary in one sentence")).to_have_value(
        "One platform for 71 municipalities."
    )


def test_an_officer_adds_a_milestone_without_scripts(visit):
    visitor = visit(javascript=False)
    page = visitor.sign_in("rouen@example.org")
    visitor.open("/initiatives/rouen-open-data/")
    visitor.follow("Add a milestone")

    # What cannot be read is told with an example, and nothing typed is lost.
    page.get_by_label(re.compile("^Title")).fill("Second call for datasets")
    page.get_by_label("When").fill("the other day")
    visitor.press("Save the milestone")
    expect(page.get_by_role("alert")).to_contain_text("When")
    expect(page.get_by_label(re.compile("^Title"))).to_have_value("Second call for datasets")
    page.get_by_label("When").fill("Q1 2023")
    visitor.press("Save the milestone")

    milestones = page.get_by_role("region", name="Milestones")
    row = milestones.get_by_role("listitem").filter(has_text="Second call for datasets")
    expect(row.first).to_contain_text("First quarter of 2023")


def test_an_officer_reports_a_result_in_words_and_one_as_a_number(visit):
    visitor = visit()
    page = visitor.sign_in("rouen@example.org")
    visitor.open("/initiatives/rouen-open-data/")
    visitor.follow(KPI)
    chart = page.get_by_role("region", name="Numbers over time")
    expect(chart).to_contain_text("Nothing that was reported so far can be compared")

    visitor.follow("Report a value")
    page.get_by_label(re.compile("^Value as you report it")).fill("work in progress")
    page.get_by_label("As of").fill("June 2022")
    visitor.press("Save the value")
    reported = page.get_by_role("table", name=re.compile("Everything that was reported"))
    words = reported.get_by_role("row", name=re.compile("^work in progress"))
    expect(words).to_contain_text("June 2022")
    expect(chart).to_contain_text("Nothing that was reported so far can be compared")

    # One number is shown as a number; from the second on there is a chart.
    for value, day in (("7", "31/05/2022"), ("9", "31/08/2022")):
        visitor.follow("Report a value")
        page.get_by_label(re.compile("^Value as you report it")).fill(value)
        page.get_by_label("As of").fill(day)
        visitor.press("Save the value")
    expect(reported.get_by_role("row", name=re.compile("^9 31 August 2022"))).to_be_visible()
    picture = page.get_by_role(
        "img", name=re.compile(r"2 values, 7 .* 9 \(31 August 2022\)")
    ).filter(visible=True)
    expect(picture).to_be_visible()
    chart.get_by_text(re.compile("same as a table")).click()
    expect(chart.get_by_role("row", name="31 August 2022 9")).to_be_visible()

    # Everybody can read it.
    stranger = visit()
    stranger.open(page.url.removeprefix(visitor.portal.address))
    picture = stranger.page.get_by_role(
        "img", name=re.compile(r"2 values, 7 .* 9 \(31 August 2022\)")
    )
    expect(picture.filter(visible=True)).to_be_visible()
    expect(stranger.page.get_by_role("link", name="Report a value")).to_have_count(0)


def test_an_officer_offers_a_solution_and_sees_where_it_stands(visit):
    visitor = visit()
    page = visitor.sign_in("rouen@example.org")
    visitor.follow("Offer something")
    page.get_by_label(re.compile("^Title")).fill("One app for 71 municipalities")
    visitor.press("Start writing")
    expect(page.get_by_role("heading", level=1)).to_have_text("One app for 71 municipalities")

    # One step after the other, or any other by its button; each saves what was typed.
    page.get_by_label("Summary in one or two sentences").fill("Services of all, in one click.")
    page.get_by_label("Citizen participation").check()
    visitor.press("Save and go on")
    page.get_by_label("Problem").fill("Each municipality had its own pages.")
    visitor.press("Save draft")
    expect(page.get_by_role("status").first).to_contain_text("Draft saved")

    # Found again on the desk, where something is still needed.
    visitor.open("/desk/")
    visitor.follow(re.compile("^One app for 71 municipalities"))
    visitor.follow("Continue the draft")
    expect(page.get_by_label("Problem")).to_have_value("Each municipality had its own pages.")

    # A figure is added without a script's help; what can be read twice is asked about.
    page.get_by_role("button", name=re.compile("What came of it")).click()
    visitor.press("Save and add a figure")
    page.get_by_label(re.compile("^What is counted")).fill("Visits in a month")
    page.get_by_label(re.compile("^Value as you report it")).fill("12.560")
    visitor.press("Save draft")
    page.get_by_label("The number 12,560").check()
    visitor.press("Save draft")
    expect(page.get_by_role("status").first).to_contain_text("Draft saved")

    # Files: one is taken, one refused with the reason, and the picture waits for its words.
    # Only once the page and its scripts are there does it send files by itself.
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Pictures and documents")).click()
    sent = [a_picture("tiles.png"), a_picture("tiles.pdf")]
    # Held back, so that the button is pressed while both are on their way.
    held = []
    page.route("**/upload/", lambda request: held.append(request))
    page.get_by_label("Pictures and documents").set_input_files(
        [{"name": one.name, "mimeType": "image/png", "buffer": one.read()} for one in sent]
    )
    visitor.press("Add the chosen files")  # waits for the answers, and there is one to read
    visitor.wait_until(lambda: len(held) == len(sent))
    for request in held:
        request.continue_()
    refused = page.get_by_role("status").filter(has_text="tiles.pdf: its name does not say")
    expect(refused).to_be_visible()
    assert "422" in visitor.complaints.pop()  # the browser's own word for the refused file
    visitor.press("Show them and say what they are")
    expect(page.get_by_role("group", name="tiles.png")).to_be_visible()

    # Submitted too early, the portal says what is missing and where.
    page.get_by_role("button", name=re.compile("Check and submit")).click()
    expect(visitor.main).to_contain_text("Pictures without words")
    visitor.press("Submit for review")
    visitor.main.get_by_role("alert").get_by_role("link", name="Maturity").click()
    page.get_by_label("Maturity").select_option(label="Deployed")
    page.get_by_role("button", name=re.compile("Pictures and documents")).click()
    page.get_by_label("What the picture shows").fill("Coloured tiles, one for each service.")
    page.get_by_role("button", name=re.compile("What you did")).click()
    page.get_by_label("Solution", exact=True).fill("A tile for each service, added bit by bit.")
    page.get_by_role("button", name=re.compile("Check and submit")).click()
    expect(visitor.main).to_contain_text("All that is needed is there")
    visitor.press("Submit for review")

    # The portal checks it by itself and asks a reviewer; the page says so as soon as it happened.
    way = page.get_by_role("list", name="The way of this revision")
    expect(way).to_contain_text("Submitted")

    def is_in_review() -> bool:
        page.reload()
        step = way.get_by_role("listitem").filter(has_text="In review")
        return "current step" in step.inner_text()

    visitor.wait_until(is_in_review)
    expect(visitor.main).to_contain_text("What the portal checked")
    visitor.open("/marketplace/?q=tile+municipalities")
    expect(visitor.main.get_by_role("link", name="One app for 71 municipalities")).to_have_count(0)
