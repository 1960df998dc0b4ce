"""A plain Scrapy spider that reads lists and the linked pages and keeps title and text in memory. Prints the number of texts."""

import sys

import scrapy
from scrapy.crawler import CrawlerProcess

FOUND: list[tuple[str, str]] = []


class Plain(scrapy.Spider):
    """Reads each site's list and its pages."""

    name = "plain"
    start_urls = [f"{root}/list/" for root in sys.argv[1:]]

    def parse(self, response):
        """Follow the links of the list."""
        yield from response.follow_all(css="div.list li a", callback=self.page)

    def page(self, response):
        """Store title and text."""
        text = "\n".join(response.css("div.article-content p::text").getall())
        FOUND.append((response.css("h1::text").get(""), text))


crawler = CrawlerProcess({"ROBOTSTXT_OBEY": True, "LOG_ENABLED": False, "TELNETCONSOLE_ENABLED": False})
crawler.crawl(Plain)
crawler.start()
print(len([one for one in FOUND if all(one)]))
