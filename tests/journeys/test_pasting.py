"""A block copied from a spreadsheet is pasted into a cell of a grid and goes on from there."""

PASTE = """
([cell, text]) => {
  const held = new DataTransfer();
  held.setData("text", text);
  const said = { clipboardData: held, bubbles: true, cancelable: true };
  cell.dispatchEvent(new ClipboardEvent("paste", said));
}
"""


def test_a_block_goes_into_the_cells_beside_and_below_and_lines_alone_stay_in_theirs(visit):
    visitor = visit()
    visitor.sign_in("rouen@example.org")
    visitor.open("/desk/city/rouen/")
    visitor.follow("Write its sections")
    visitor.open(f"{visitor.page.url.removeprefix(visitor.portal.address)}matrix/")
    cells = visitor.main.locator("#matrix-grid tbody tr")

    def paste(row, column, text):
        cell = cells.nth(row).locator("textarea").nth(column).element_handle()
        visitor.page.evaluate(PASTE, [cell, text])

    def stands(row, column):
        return cells.nth(row).locator("textarea").nth(column).input_value()

    untouched = stands(1, 0), stands(2, 1)
    paste(0, 1, 'Eins\t"Zwei\nund drei"\r\nVier\t\r\n')
    assert (stands(0, 1), stands(0, 2), stands(1, 1)) == ("Eins", "Zwei\nund drei", "Vier")
    assert (stands(1, 0), stands(2, 1)) == untouched
    # A list without cells beside one another is left to the box itself.
    before = stands(2, 1)
    paste(2, 1, "one\ntwo")
    assert stands(2, 1) == before
