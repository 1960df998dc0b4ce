"""From grids of cells to rows of a notice: heads, columns, merged cells, page breaks."""
