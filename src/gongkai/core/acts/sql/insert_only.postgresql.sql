CREATE OR REPLACE FUNCTION gongkai_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ DECLARE ordered boolean;
BEGIN
  IF TG_OP = 'DELETE' AND TG_NARGS = 2 THEN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE %I = ($1).%I)', TG_ARGV[0], TG_ARGV[1], TG_ARGV[1])
      INTO ordered USING OLD;
    IF ordered THEN RETURN OLD; END IF;
  END IF;
  RAISE EXCEPTION '%: rows are never changed or deleted', TG_TABLE_NAME;
END $$
--;;
DROP TRIGGER IF EXISTS guard_{table}_update ON {table}
--;;
DROP TRIGGER IF EXISTS guard_{table}_delete ON {table}
--;;
CREATE TRIGGER guard_{table}_update BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION gongkai_refuse()
--;;
CREATE TRIGGER guard_{table}_delete BEFORE DELETE ON {table}
FOR EACH ROW EXECUTE FUNCTION gongkai_refuse({arguments})
