CREATE OR REPLACE FUNCTION search_newest_{column}(
  whole tsquery, rare tsquery, words tsquery, narrowed tsquery, walked bigint, near bigint, year_end bigint, wanted bigint
) RETURNS SETOF bigint LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
-- What `recent` says; `low`: what stands from there on has been asked.
DECLARE
  last bigint; top bigint; first bigint; low bigint; found bigint; missing bigint := wanted; part record;
  small int := CASE WHEN near <= 16384 THEN 10 ELSE 13 END; unsure tsquery := CASE WHEN whole = rare THEN words END;
BEGIN
  IF wanted <= 0 THEN
    RETURN;
  END IF;
  SELECT max(rowid) INTO last FROM search_fulltext;
  low := last + 1;
  IF walked > 0 THEN
    low := greatest(last - walked, 0) + 1;
    RETURN QUERY SELECT rowid FROM search_fulltext WHERE rowid >= low AND ts_match_vq({column}, coalesce(words, rare))
      AND (narrowed IS NULL OR ts_match_vq(heads, narrowed)) ORDER BY rowid DESC LIMIT missing;
    GET DIAGNOSTICS found = ROW_COUNT;
    missing := missing - found;
  ELSIF near > 0 THEN
    top := least(last, year_end);
    first := greatest(top - near, 0);
    FOR part IN
      -- Above the year's end; the nearest texts by small blocks; on to where the next larger block begins; then one block after the other.
      SELECT whole AS asked, unsure AS words, top + 1 AS low, ARRAY(
        SELECT generate_series((top >> 10) + 1, (((top >> 13) + 1) << 3) - 1) * 4 WHERE small = 10
        UNION ALL SELECT generate_series((top >> 13) + 1, (((top >> 16) + 1) << 3) - 1) * 4 + 1
        UNION ALL SELECT generate_series((top >> 16) + 1, last >> 16) * 4 + 2
      ) AS blocks WHERE year_end IS NOT NULL
      UNION ALL SELECT whole, unsure, first >> 10 << 10, ARRAY(SELECT generate_series(first >> 10, top >> 10) * 4) WHERE small = 10
      UNION ALL SELECT whole, unsure, first >> 13 << 13, ARRAY(SELECT generate_series(first >> 13 << 3, (first >> 10) - 1) * 4) WHERE small = 10
      UNION ALL SELECT whole, unsure, first >> 13 << 13, ARRAY(SELECT generate_series(first >> 13, top >> 13) * 4 + 1) WHERE small = 13
      UNION ALL SELECT whole, unsure, b << 13, ARRAY[b * 4 + 1] FROM generate_series((first >> 13) - 1, first >> 16 << 3, -1) AS b
      UNION ALL SELECT rare, words, c << 16, ARRAY[c * 4 + 2] FROM generate_series((first >> 16) - 1, 0, -1) AS c
    LOOP
      RETURN QUERY SELECT rowid FROM search_fulltext WHERE {column} @@ part.asked AND {blocks} && part.blocks
        AND (narrowed IS NULL OR ts_match_vq(heads, narrowed)) AND (part.words IS NULL OR ts_match_vq({column}, part.words))
        ORDER BY rowid + 0 DESC LIMIT missing;
      GET DIAGNOSTICS found = ROW_COUNT;
      missing := missing - found;
      low := part.low;
      EXIT WHEN missing <= 0 OR top - low >= 16384 AND (wanted - missing) * low <= missing * (top - low);
    END LOOP;
  END IF;
  IF missing > 0 AND low > 0 THEN
    RETURN QUERY SELECT rowid FROM search_fulltext WHERE {column} @@ rare AND rowid + 0 < low
      AND (narrowed IS NULL OR ts_match_vq(heads, narrowed)) AND (words IS NULL OR ts_match_vq({column}, words))
      ORDER BY rowid + 0 DESC LIMIT missing;
  END IF;
END $$
