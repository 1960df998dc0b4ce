"""Convert grids of cells to rows of a notice: headers, columns, merged cells, page breaks."""
